import type { FastifyRequest } from 'fastify';
import type { Actor, Context } from '#kernel/context.ts';

/** Finds out who asks. Throws `unauthorized` when nobody is signed in. */
export type Identify = (request: FastifyRequest) => Promise<Actor>;

/** The context of one request: its signal ends when the caller goes away or the time is up. */
export async function contextOf(request: FastifyRequest, identify: Identify): Promise<Context> {
  return { actor: await identify(request), signal: request.signal, requestId: request.id };
}
