import type { FastifyInstance } from 'fastify';
import { AppError } from '#kernel/app-error.ts';

/** Arrays and objects inside one another, at most. */
const maximumDepth = 32;
/** Keys of all objects together, unless the route takes more. */
const maximumKeys = 2000;

/** Bodies are JSON and nothing else; no body is no input. Refuses deep nesting, too many keys, and keys that reach for prototypes. */
export function acceptJsonOnly(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = String(body);
    if (text === '') return done(null, undefined);
    // The parser reports through this callback, at once, and never answers a promise.
    return void parse(request, text, (error, value: unknown) => {
      done(error ?? refusalOf(value, request.routeOptions.config.mostKeys ?? maximumKeys), value);
    });
  });
}

/**
 * The dotted path of the first text that no database keeps: one with a NUL, or with half of a surrogate pair. Null when all is well.
 * The value comes from JSON of at most `maximumDepth` levels.
 */
export function findUnwritable(value: unknown, path = ''): string | null {
  if (typeof value === 'string') return isWritable(value) ? null : path;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`;
    const found = isWritable(key) ? findUnwritable(inner, at) : path;
    if (found !== null) return found;
  }
  return null;
}

function isWritable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

function refusalOf(value: unknown, mostKeys: number): AppError | null {
  let level: unknown[] = [value];
  let keys = 0;
  for (let depth = 0; depth <= maximumDepth; depth += 1) {
    keys += level.reduce<number>((sum, item) => sum + (isObject(item) ? Object.keys(item).length : 0), 0);
    if (keys > mostKeys) return new AppError('bad_request', `The body has more than ${mostKeys} keys.`);
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
    if (level.length === 0) return null;
  }
  return new AppError('bad_request', `The body is nested deeper than ${maximumDepth} levels.`);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
