import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const safe = /^[A-Za-z0-9._-]{1,64}$/;

/** The caller's `x-request-id` when it is short and harmless (it goes into headers and log lines), else a new one. */
export function requestIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && safe.test(given) ? given : randomUUID();
}
