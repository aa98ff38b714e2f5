import type { FastifyInstance } from 'fastify';
import { AppError } from '#kernel/app-error.ts';

/** Arrays and objects inside one another, at most. */
const maximumDepth = 32;

/** Bodies are JSON and nothing else; no body is no input. Refuses deep nesting and keys that reach for prototypes. */
export function acceptJsonOnly(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = String(body);
    if (text === '') return done(null, undefined);
    // The parser reports through this callback, at once, and never answers a promise.
    return void parse(request, text, (error, value: unknown) => {
      if (error === null && isTooDeep(value))
        done(new AppError('bad_request', `The body is nested deeper than ${maximumDepth} levels.`));
      else done(error, value);
    });
  });
}

function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= maximumDepth; depth += 1) {
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
    if (level.length === 0) return false;
  }
  return true;
}
