import { timingSafeEqual } from 'node:crypto';
import type { Health } from '@yudai/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '#kernel/app-error.ts';
import type { Config } from '#platform/config/index.ts';
import { isLocalCaller } from '#platform/http/guards.ts';
import type { Telemetry } from '#platform/telemetry/index.ts';

/** Looks at everything that Yudai depends on, each within a second. */
export type CheckHealth = () => Promise<Health>;

/** `/health/live` says that the process answers, `/health/ready` that it can work, `/health` what is wrong where. */
export function addHealth(app: FastifyInstance, checkHealth: CheckHealth, isDraining: () => boolean): void {
  app.get('/health/live', async (request, reply) => {
    request.operation = 'health.live';
    return reply.header('cache-control', 'no-store').send({ status: 'ok' });
  });

  app.get('/health/ready', async (request, reply) => {
    request.operation = 'health.ready';
    if (isDraining()) throw new AppError('unavailable', 'This server is shutting down.');
    const health = await checkHealth();
    const down = health.checks.find((check) => check.status === 'down');
    if (down !== undefined) throw new AppError('unavailable', `Not ready: ${down.name}. ${down.detail}`);
    return reply.header('cache-control', 'no-store').send({ status: 'ok' });
  });

  app.get('/health', async (request, reply) => {
    request.operation = 'health.detail';
    const health = await checkHealth();
    if (health.status === 'down')
      throw new AppError('unavailable', 'Something that Yudai needs is away.', { details: health });
    return reply.header('cache-control', 'no-store').send(health);
  });
}

/** `/metrics` in the Prometheus text format, for callers on this machine or with the token. */
export function addMetrics(app: FastifyInstance, telemetry: Telemetry, token: Config['http']['metricsToken']): void {
  app.get('/metrics', async (request, reply) => {
    request.operation = 'metrics';
    const allowed = token === null ? isLocalCaller(request) : isToken(request, token.reveal());
    if (!allowed)
      throw new AppError('forbidden', 'Metrics are for this machine, or for holders of YUDAI_METRICS_TOKEN.');
    return reply.type(telemetry.registry.contentType).send(await telemetry.registry.metrics());
  });
}

function isToken(request: FastifyRequest, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
