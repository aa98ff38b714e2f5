import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Audit } from '#features/audit/index.ts';
import { AppError } from '#kernel/app-error.ts';
import type { Database } from '#platform/db/index.ts';
import { addressOf } from '#platform/http/limit-callers.ts';
import type { Limits } from '#platform/limits/index.ts';
import type { Log } from '#platform/log/index.ts';
import type { HandleDelivery } from './handle-delivery.ts';

export interface WebhookDoorParts {
  readonly database: Database;
  readonly audit: Pick<Audit, 'recordAs'>;
  readonly log: Log;
  readonly limits: Pick<Limits, 'charge'>;
  readonly handle: HandleDelivery;
  /** The secret that GitHub signs with; null closes the door. */
  readonly secret: string | null;
}

/** GitHub sends up to 25 MB; what Yudai uses of an event is far smaller. */
const largestDelivery = 5 * 1024 * 1024;

/**
 * `POST /v1/webhooks/github`: a delivery is read as bytes, its signature is compared in constant time, and only then is it parsed. A forged
 * one is refused and written down; one that came before is answered and does nothing.
 */
export function addGitHubWebhooks(
  app: FastifyInstance,
  { database, audit, log, limits, handle, secret }: WebhookDoorParts,
): void {
  void app.register(async (door) => {
    door.removeAllContentTypeParsers();
    door.addContentTypeParser(
      'application/json',
      { parseAs: 'buffer', bodyLimit: largestDelivery },
      (_request, body, done) => {
        done(null, body);
      },
    );
    door.post('/v1/webhooks/github', { bodyLimit: largestDelivery }, async (request, reply) => {
      request.operation = 'github.webhook';
      if (secret === null) throw new AppError('not_found', 'Webhooks are not configured here.');
      const body = request.body instanceof Buffer ? request.body : Buffer.alloc(0);
      const event = headerOf(request, 'x-github-event', /^[a-z0-9_]{1,64}$/);
      const id = headerOf(request, 'x-github-delivery', /^[0-9A-Za-z-]{8,64}$/);
      if (!isSignedWith(secret, body, request.headers['x-hub-signature-256'])) {
        await refuse(request, 'signature');
        throw new AppError('forbidden', 'The signature of this delivery is not the one of this webhook’s secret.');
      }
      if (event === null || id === null) throw new AppError('bad_request', 'This is not a delivery of GitHub.');
      const outcome = await handle({ id, event, payload: parse(body) });
      log.info({ event, delivery: id, outcome }, 'webhook handled');
      return reply.status(202).send({ outcome });
    });
  });

  /** Writes a refusal down, but not more of one address than its limit: nobody may fill the log without being known. */
  async function refuse(request: FastifyRequest, reason: string): Promise<void> {
    await limits.charge([{ bucket: 'auth', of: addressOf(request.ip), tokens: 1 }]);
    log.warn({ reason, address: request.ip }, 'webhook refused');
    const doer = {
      actor: { name: 'GitHub webhook', via: 'system' as const },
      address: request.ip,
      requestId: request.id,
    };
    await database.asSystem((db) =>
      audit.recordAs(db, doer, { action: 'github.webhook_refused', details: { reason } }),
    );
  }
}

function isSignedWith(secret: string, body: Buffer, header: string | string[] | undefined): boolean {
  const given = Buffer.from(typeof header === 'string' ? header : '');
  const wanted = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function headerOf(request: FastifyRequest, name: string, shape: RegExp): string | null {
  const value = request.headers[name];
  return typeof value === 'string' && shape.test(value) ? value : null;
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new AppError('bad_request', 'The delivery is not JSON.', { cause });
  }
}
