import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#kernel/app-error.ts';
import { type ErrorAnswer, toErrorAnswer, toErrorBody } from '#platform/http/error-answer.ts';

/** Gives every failed request the error body, whoever failed. A defect is logged here, once. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply));
}

/** What Fastify calls for requests that it cannot route, before any hook has run. */
export function answerUnroutable(_error: Error, request: FastifyRequest, reply: FastifyReply): void {
  void reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
  answerError(new AppError('bad_request', 'The URL of this request is not valid.'), request, reply);
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const failed = toErrorAnswer(error);
  if (failed.defect) request.log.error({ err: error, code: failed.code }, 'request failed');
  else request.log.debug({ err: error, code: failed.code }, 'request refused');
  if (failed.status === 503 || failed.status === 429) void reply.header('retry-after', retrySecondsOf(failed));
  if (failed.status === 405) void reply.header('allow', allowedOf(failed));
  // A half-read body would be taken for the next request.
  if (failed.status === 413) void reply.header('connection', 'close');
  void reply
    .status(failed.status)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .send(JSON.stringify(toErrorBody(failed, request.id)));
}

function allowedOf({ details }: ErrorAnswer): string {
  const allowed = details?.['allowed'];
  return Array.isArray(allowed) ? allowed.join(', ') : '';
}

function retrySecondsOf({ details }: ErrorAnswer): number {
  const seconds = details?.['retryAfterSeconds'];
  return typeof seconds === 'number' ? Math.max(1, Math.ceil(seconds)) : 2;
}
