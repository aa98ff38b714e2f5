import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor, Context } from '#kernel/context.ts';

/** Finds out who asks. Throws `unauthorized` when nobody is signed in. */
export type Identify = (request: FastifyRequest) => Promise<Actor>;

/** The context of one request: its signal ends when the caller goes away before the answer, or when the time is up. */
export async function contextOf(
  request: FastifyRequest,
  reply: FastifyReply,
  identify: Identify,
  timeoutMs?: number,
): Promise<Context> {
  const gone = new AbortController();
  // Of the answer, not of the request: a request is closed as soon as its body has been read.
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  const signal = timeoutMs === undefined ? gone.signal : AbortSignal.any([gone.signal, AbortSignal.timeout(timeoutMs)]);
  return { actor: await identify(request), signal, requestId: request.id, address: request.ip };
}
