import { idSchema } from '@yudai/contract';
import { createClient } from '@yudai/contract/client';
import { createDoor } from '@yudai/mcp';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { AppError } from '#kernel/app-error.ts';
import { invalidInput } from '#platform/http/error-answer.ts';
import { fetchInProcess } from '#platform/http/fetch-in-process.ts';
import { contextOf, type Identify, requirePerson } from '#platform/http/identity.ts';
import type { Log } from '#platform/log/index.ts';

export interface McpOptions {
  /** The host whose procedures the tools call. */
  readonly host: FastifyInstance;
  readonly identify: Identify;
  readonly requestTimeoutMs: number;
  readonly version: string;
  readonly log: Log;
}

const query = z.strictObject({ project: idSchema('project').optional() });

/** What belongs to this one exchange and says nothing of who asks. */
const ownOfExchange = /^(content-|accept|mcp-|transfer-encoding$|connection$|last-event-id$|expect$|upgrade$)/;

/**
 * `POST /api/mcp`: the tools for other agents. Each call of a tool knocks at the procedure behind it as a request of its own with what the
 * caller has shown, from the same address: rights, scopes, limits and logs are those of every other door. Nothing is kept between requests.
 */
export function addMcp(app: FastifyInstance, { host, identify, requestTimeoutMs, version, log }: McpOptions): void {
  const callers = new WeakMap<Request, FastifyRequest>();
  const door = createDoor(
    (asked) => {
      const request = callers.get(asked);
      if (request === undefined) throw new Error('A request to MCP has lost its caller.');
      return {
        client: createClient({ url: asked.url, fetch: knockAs(host, request) }),
        version,
        projectId: parseQuery(request).project,
        onDefect: (error) => request.log.error({ err: error }, 'a tool failed'),
      };
    },
    (error) => log.info({ err: error }, 'a request to MCP was refused'),
  );

  app.all('/mcp', async (request, reply) => {
    request.operation = 'mcp';
    // There are no sessions to end, and no stream of the server's own to read.
    if (request.method !== 'POST') {
      throw new AppError('method_not_allowed', 'MCP is spoken with POST here.', { details: { allowed: ['POST'] } });
    }
    parseQuery(request);
    const ctx = await contextOf(request, reply, identify, requestTimeoutMs);
    requirePerson(ctx);
    const asked = new Request(`http://${request.headers.host ?? 'localhost'}`, {
      method: 'POST',
      headers: forwarded(request, /^(content-length|transfer-encoding|connection|expect|upgrade)$/),
      signal: ctx.signal,
    });
    callers.set(asked, request);
    const answer = await door(asked, request.body);
    const type = answer.headers.get('content-type');
    if (type !== null) void reply.header('content-type', type);
    return reply
      .status(answer.status)
      .header('cache-control', 'no-store')
      .send(await answer.text());
  });
}

function parseQuery(request: FastifyRequest): z.infer<typeof query> {
  const parsed = query.safeParse(request.query);
  if (parsed.success) return parsed.data;
  throw invalidInput(parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })));
}

/** Knocks at this host with what another request has shown of its caller. */
function knockAs(host: FastifyInstance, request: FastifyRequest) {
  const fetch = fetchInProcess(host, request.raw.socket.remoteAddress);
  const shown = forwarded(request, ownOfExchange);
  return (inner: Request): Promise<Response> => {
    for (const [name, value] of shown) inner.headers.set(name, value);
    return fetch(inner);
  };
}

function forwarded({ headers }: FastifyRequest, without: RegExp): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined || without.test(name) ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
  );
}
