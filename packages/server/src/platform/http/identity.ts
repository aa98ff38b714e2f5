import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#kernel/app-error.ts';
import { type Actor, type Context, nobody } from '#kernel/context.ts';

/**
 * Finds out who asks; null when nobody shows who they are. Throws `unauthorized` for a key or token that opens nothing. May set cookies on the
 * reply, when there is one.
 */
export type Identify = (request: FastifyRequest, reply: FastifyReply | null) => Promise<Actor | null>;

/** The context of one request, with nobody as its actor when nobody is signed in: its signal ends when the caller goes away before the answer, or when the time is up. */
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
  return { actor: (await identify(request, reply)) ?? nobody, signal, requestId: request.id, address: request.ip };
}

/** Throws `unauthorized` when nobody is signed in. */
export function requirePerson({ actor }: Context): void {
  if (actor.via === 'nobody') throw new AppError('unauthorized', 'Sign in first.');
}
