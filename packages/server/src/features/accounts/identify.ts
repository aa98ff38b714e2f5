import type { FastifyReply, FastifyRequest } from 'fastify';
import { fromNodeHeaders } from 'better-auth/node';
import type { Id } from '@yudai/contract';
import { AppError } from '#kernel/app-error.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Actor } from '#kernel/context.ts';
import type { Database } from '#platform/db/index.ts';
import type { Auth } from './sign-in/auth.ts';
import { hashOf } from './sign-in/auth-store.ts';
import { deleteSessions, keyByHash, touchKey } from './store.ts';

/** What API keys begin with, so that people and scanners know one when they see it. */
export const keyPrefix = 'yudai_';
/** A session ends after this, however much it is used. */
const longestSessionMs = 30 * 86_400_000;

export interface IdentifyDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly auth: Auth;
}

/**
 * Finds out who asks: an API key, or a session as cookie or bearer token. Null when nothing is shown, or a cookie that has ended; throws
 * `unauthorized` for a key or token that opens nothing, because who sends one means to be somebody.
 */
export function createIdentify({ database, clock, auth }: IdentifyDeps) {
  async function byKey(key: string): Promise<Actor> {
    const now = clock.now();
    const found = await database.asSystem(async (db) => {
      const row = await keyByHash(db, hashOf(key));
      if (row === undefined || row.key.expiresAt <= now || row.user.suspendedAt !== null) return undefined;
      await touchKey(db, row.key.id, now);
      return row;
    });
    if (found === undefined)
      throw new AppError(
        'unauthorized',
        'This API key is unknown, or has ended. Make another in the account’s settings.',
      );
    const { id, scopes, expiresAt } = found.key;
    const { name, administrator } = found.user;
    return { userId: found.user.id, name, via: 'key', administrator, credentialId: id, scopes, expiresAt };
  }

  async function bySession(request: FastifyRequest, reply: FastifyReply | null): Promise<Actor | null> {
    const { response, headers } = await auth.api.getSession({ headers: headersOf(request), returnHeaders: true });
    if (response === null) return null;
    const { session, user } = response;
    const userId = user.id as Id<'user'>;
    const end = session.createdAt.getTime() + longestSessionMs;
    if (user.suspendedAt || end <= clock.now().getTime()) {
      await database.asSystem((db) => deleteSessions(db, userId, { only: session.id as Id<'authSession'> }));
      return null;
    }
    // A session that is used lasts longer, and so does its cookie.
    for (const cookie of headers.getSetCookie()) void reply?.header('set-cookie', cookie);
    const expiresAt = new Date(Math.min(end, session.expiresAt.getTime()));
    const administrator = user.administrator === true;
    return { userId, name: user.name, via: 'session', administrator, credentialId: session.id, expiresAt };
  }

  return async (request: FastifyRequest, reply: FastifyReply | null = null): Promise<Actor | null> => {
    const { authorization } = request.headers;
    if (authorization === undefined) return bySession(request, reply);
    const token = /^Bearer ([\x21-\x7e]{1,500})$/i.exec(authorization)?.[1] ?? '';
    const actor = token.startsWith(keyPrefix) ? await byKey(token) : await bySession(request, null);
    if (actor === null) throw new AppError('unauthorized', 'This session has ended. Sign in again.');
    return actor;
  };
}

/** The request's headers for better-auth, with the address that the trusted proxies have told us. */
export function headersOf(request: FastifyRequest): Headers {
  const headers = fromNodeHeaders(request.headers);
  headers.set('x-yudai-address', request.ip);
  // Who shows a token is not also who the browser's cookie says.
  if (headers.has('authorization')) headers.delete('cookie');
  return headers;
}
