import { type AnyContractRouter, isContractProcedure } from '@orpc/contract';
import type { LargeBody, ProcedureMeta } from '@yudai/contract';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { AppError } from '#kernel/app-error.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Keys that all objects of a body may have together, where that is more than elsewhere. */
    mostKeys?: number;
  }
}

/** How many large bodies may be on their way into this process at once: what they take of its memory is bounded by that. */
const mostAtOnce = 2;

export interface LargeBodiesOptions {
  readonly router: AnyContractRouter;
  /** What a body may have everywhere else. */
  readonly bodyLimit: number;
  readonly handler: RouteHandlerMethod;
  /** Throws unless the caller may knock at this operation at all; asked before any of the body is read. */
  readonly admit: (request: FastifyRequest, reply: FastifyReply, operation: string) => Promise<void>;
}

/** Opens the procedures whose bodies may be larger than others at paths of their own: who asks is settled first, and only some are read at once. */
export function addLargeBodies(app: FastifyInstance, { router, bodyLimit, handler, admit }: LargeBodiesOptions): void {
  let reading = 0;
  for (const { name, method, path, body } of largeBodies(router)) {
    app.route({
      method,
      url: path.replaceAll(/\{(\w+)\}/g, ':$1'),
      bodyLimit: Math.max(body.bytes, bodyLimit),
      config: { mostKeys: body.keys },
      onRequest: async (request, reply) => {
        request.operation = name;
        await admit(request, reply, name);
        // What comes in chunks may be as large as can be.
        if (Number(request.headers['content-length'] ?? Infinity) <= bodyLimit) return;
        if (reading >= mostAtOnce) throw busy();
        reading += 1;
        reply.raw.once('close', () => (reading -= 1));
      },
      handler,
    });
  }
}

interface LargeBodied {
  readonly name: string;
  readonly method: 'POST' | 'PUT' | 'PATCH';
  readonly path: string;
  readonly body: LargeBody;
}

function largeBodies(router: AnyContractRouter, names: readonly string[] = []): LargeBodied[] {
  if (!isContractProcedure(router)) {
    return Object.entries(router).flatMap(([name, part]) => largeBodies(part as AnyContractRouter, [...names, name]));
  }
  const { meta, route } = router['~orpc'];
  // The contract is written with `procedure` and `projectProcedure`, whose meta this is.
  const { body } = meta as ProcedureMeta;
  const { method, path } = route;
  if (body === undefined || path === undefined) return [];
  if (method !== 'POST' && method !== 'PUT' && method !== 'PATCH') {
    throw new Error(`The procedure ${names.join('.')} has no body that could be large.`);
  }
  return [{ name: names.join('.'), method, path, body }];
}

function busy(): AppError {
  return new AppError('too_many_requests', 'Other large files are being read right now. Try again in five seconds.', {
    details: { retryAfterSeconds: 5 },
  });
}
