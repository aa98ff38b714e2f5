import type { GithubConnection, Id } from '@yudai/contract';
import type { Audit } from '#features/audit/index.ts';
import { AppError } from '#kernel/app-error.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Context } from '#kernel/context.ts';
import type { Database, Db } from '#platform/db/index.ts';
import type { Secrets } from '#platform/secrets/index.ts';
import type { GithubUser } from './answers.ts';
import { userAnswer } from './answers.ts';
import type { GitHubAnswer, GitHubClient } from './client.ts';
import { mustConnect } from './explain-failure.ts';
import type { RenewTokens, Renewal } from './renew-tokens.ts';
import {
  allConnections,
  changeConnection,
  type ConnectionRow,
  connectionOf,
  deleteConnection,
  putConnection,
  takeRenewal,
} from './store.ts';

/** What a sign-in with GitHub brings along. */
export interface SignedIn {
  readonly userId: Id<'user'>;
  readonly github: {
    readonly id: number;
    readonly login: string;
    readonly name: string | null;
    readonly avatarUrl: string | null;
  };
  readonly tokens: {
    readonly accessToken: string;
    readonly expiresAt: Date | null;
    readonly refreshToken: string | null;
    readonly refreshExpiresAt: Date | null;
    readonly scopes: readonly string[];
  };
}

export interface ConnectionsDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly secrets: Pick<Secrets, 'seal' | 'open' | 'isOutdated'>;
  readonly client: GitHubClient;
  readonly audit: Pick<Audit, 'record'>;
  /** Null without an app that may renew tokens. */
  readonly renew: RenewTokens | null;
}

export type Connections = ReturnType<typeof createConnections>;

/** Tokens are renewed this long before they end. */
const renewAheadMs = 5 * 60_000;
const renewalMs = 30_000;

/** Whose token speaks to GitHub. Tokens are opened here, handed to the client and to git, and nowhere else. */
export function createConnections(deps: ConnectionsDeps) {
  const { database, clock, secrets, client, audit, renew } = deps;

  /** In a transaction: the tokens of a sign-in, which replace those before. */
  async function save(db: Db, { userId, github, tokens }: SignedIn): Promise<void> {
    const now = clock.now();
    await putConnection(db, {
      ownerId: userId,
      githubId: github.id,
      login: github.login,
      name: github.name,
      avatarUrl: github.avatarUrl,
      status: 'ok',
      scopes: [...tokens.scopes],
      ...sealed(userId, tokens),
      connectedAt: now,
      checkedAt: now,
      listedAt: null,
    });
  }

  /** Seals with the key of now what the one before it has sealed. Safe to repeat, and beside renewals: they seal anew as well. */
  async function reseal(): Promise<void> {
    for (const row of await database.asSystem(allConnections)) {
      const { ownerId, accessToken, refreshToken } = row;
      if (!secrets.isOutdated(accessToken)) continue;
      const anew = (text: string, column: 'access_token' | 'refresh_token') =>
        secrets.seal(secrets.open(text, placeOf(ownerId, column)), placeOf(ownerId, column));
      const change = {
        accessToken: anew(accessToken, 'access_token'),
        refreshToken: refreshToken === null ? null : anew(refreshToken, 'refresh_token'),
      };
      await database.asSystem((db) => changeConnection(db, ownerId, accessToken, change));
    }
  }

  function sealed(userId: Id<'user'>, tokens: Renewal) {
    const refresh = tokens.refreshToken;
    return {
      accessToken: secrets.seal(tokens.accessToken, placeOf(userId, 'access_token')),
      expiresAt: tokens.expiresAt,
      refreshToken: refresh === null ? null : secrets.seal(refresh, placeOf(userId, 'refresh_token')),
      refreshExpiresAt: tokens.refreshExpiresAt,
      renewingUntil: null,
    };
  }

  async function rowOf(userId: Id<'user'>): Promise<ConnectionRow> {
    const row = await database.asUser(userId, (db) => connectionOf(db, userId));
    if (row === undefined) throw mustConnect('connect');
    if (row.status === 'needs_reauthorization') throw mustConnect('reauthorize');
    return row;
  }

  /** New tokens for these, taken by one node only; null when another one is at it. */
  async function renewed(row: ConnectionRow, signal: AbortSignal): Promise<ConnectionRow | null> {
    const { ownerId, refreshToken } = row;
    if (renew === null || refreshToken === null) return null;
    const now = clock.now();
    const until = new Date(now.getTime() + renewalMs);
    const taken = await database.asUser(ownerId, (db) => takeRenewal(db, ownerId, row.accessToken, now, until));
    if (!taken) return null;
    try {
      const tokens = await renew(secrets.open(refreshToken, placeOf(ownerId, 'refresh_token')), signal);
      const change = tokens === null ? ended : sealed(ownerId, tokens);
      const changed = await database.asUser(ownerId, (db) => changeConnection(db, ownerId, row.accessToken, change));
      if (tokens === null) throw mustConnect('reauthorize');
      return changed ?? null;
    } catch (error) {
      const free = { renewingUntil: null };
      await database.asUser(ownerId, (db) => changeConnection(db, ownerId, row.accessToken, free));
      throw error;
    }
  }

  /** The connection with tokens that still count, renewed if need be: here, or by the node that is at it. */
  async function current(userId: Id<'user'>, signal: AbortSignal, refused?: string): Promise<ConnectionRow> {
    const deadline = performance.now() + renewalMs;
    for (;;) {
      const row = await rowOf(userId);
      const left = row.expiresAt === null ? Number.POSITIVE_INFINITY : row.expiresAt.getTime() - clock.now().getTime();
      if (row.accessToken !== refused && (left > renewAheadMs || renew === null || row.refreshToken === null))
        return row;
      const usable = row.accessToken !== refused && left > 0;
      const next = await renewed(row, signal).catch((error: unknown) => {
        // The old token lasts a little longer: GitHub may be back by then.
        if (usable && error instanceof AppError && error.code === 'upstream_failed') return row;
        throw error;
      });
      if (next !== null) return next;
      if (usable) return row;
      if (performance.now() > deadline || row.refreshToken === null || renew === null) {
        throw await refusedFor(row);
      }
      await pause(100, signal);
    }
  }

  async function refusedFor(row: ConnectionRow): Promise<AppError> {
    await database.asUser(row.ownerId, (db) => changeConnection(db, row.ownerId, row.accessToken, ended));
    return mustConnect('reauthorize');
  }

  /** Runs `work` with the person's token; when GitHub refuses it, once more with a renewed one. */
  async function withToken<T>(ctx: Context, work: (token: string) => Promise<T>): Promise<T> {
    const { userId } = ctx.actor;
    const row = await current(userId, ctx.signal);
    try {
      return await work(tokenOf(row));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const newer = await current(userId, ctx.signal, row.accessToken);
      return await work(tokenOf(newer)).catch(async (again: unknown) => {
        throw isRefusal(again) ? await refusedFor(newer) : again;
      });
    }
  }

  const tokenOf = (row: ConnectionRow) => secrets.open(row.accessToken, placeOf(row.ownerId, 'access_token'));

  const askWho = (userId: Id<'user'>, token: string, signal: AbortSignal): Promise<GitHubAnswer<GithubUser>> =>
    client.request({ key: userId, token }, { route: 'GET /user', answer: userAnswer, signal });

  return {
    reseal,
    save,
    withToken,

    /** The person's connection as it was last seen; null without one. */
    async read(userId: Id<'user'>): Promise<GithubConnection | null> {
      const row = await database.asUser(userId, (db) => connectionOf(db, userId));
      return row === undefined ? null : toConnection(row);
    },

    /** Connects with a token that the person made on GitHub. Throws `invalid_input` when GitHub does not know it. */
    async connect(ctx: Context, input: { readonly token: string }): Promise<GithubConnection> {
      const { userId } = ctx.actor;
      const who = await askWho(userId, input.token, ctx.signal).catch((error: unknown) => {
        throw isRefusal(error)
          ? new AppError('invalid_input', 'GitHub does not know this token. Make a new one.')
          : error;
      });
      const { githubId: id, login, name, avatarUrl } = who.data;
      const tokens = { accessToken: input.token, expiresAt: null, refreshToken: null, refreshExpiresAt: null };
      return database.asUser(userId, async (db) => {
        await save(db, { userId, github: { id, login, name, avatarUrl }, tokens: { ...tokens, scopes: who.scopes } });
        const row = await connectionOf(db, userId);
        if (row === undefined) throw mustConnect('connect');
        await audit.record(db, ctx, { action: 'github.connected', target: { kind: 'github', id: login } });
        return toConnection(row);
      });
    },

    /** Asks GitHub who the token speaks for, and keeps what it says of the token. */
    async check(ctx: Context): Promise<GithubConnection> {
      const { userId } = ctx.actor;
      const who = await withToken(ctx, (token) => askWho(userId, token, ctx.signal));
      const { login, name, avatarUrl } = who.data;
      return database.asUser(userId, async (db) => {
        const row = await connectionOf(db, userId);
        if (row === undefined) throw mustConnect('connect');
        const changed = await changeConnection(db, userId, row.accessToken, {
          login,
          name,
          avatarUrl,
          ...(who.scopes.length === 0 ? {} : { scopes: [...who.scopes] }),
          rateLimitLeft: who.rateLimit?.left ?? null,
          rateLimitResetsAt: who.rateLimit?.resetsAt ?? null,
          checkedAt: clock.now(),
        });
        return toConnection(changed ?? row);
      });
    },

    /** Forgets the tokens, and what was kept for the person. */
    async disconnect(ctx: Context): Promise<{ disconnected: boolean }> {
      const { userId } = ctx.actor;
      return database.asUser(userId, async (db) => {
        const row = await connectionOf(db, userId);
        const disconnected = await deleteConnection(db, userId);
        if (row !== undefined) {
          await audit.record(db, ctx, { action: 'github.disconnected', target: { kind: 'github', id: row.login } });
        }
        return { disconnected };
      });
    },
  };
}

const ended = { status: 'needs_reauthorization' as const, renewingUntil: null };

/** A sealed token opens in its own row and column only. */
function placeOf(userId: Id<'user'>, column: 'access_token' | 'refresh_token'): string[] {
  return [userId, 'github_connections', column];
}

function isRefusal(error: unknown): boolean {
  return error instanceof AppError && error.details?.['reason'] === 'reauthorize';
}

function toConnection(row: ConnectionRow): GithubConnection {
  const { login, githubId, name, avatarUrl, status, scopes, rateLimitLeft, rateLimitResetsAt } = row;
  return {
    login,
    githubId,
    name,
    avatarUrl,
    status,
    scopes,
    expiresAt: row.expiresAt?.toISOString() ?? null,
    rateLimit:
      rateLimitLeft === null || rateLimitResetsAt === null
        ? null
        : { left: rateLimitLeft, resetsAt: rateLimitResetsAt.toISOString() },
    connectedAt: row.connectedAt.toISOString(),
    checkedAt: row.checkedAt?.toISOString() ?? null,
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        reject(signal.reason);
      },
      { once: true },
    );
  });
}
