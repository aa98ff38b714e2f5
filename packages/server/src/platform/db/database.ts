import { AsyncLocalStorage } from 'node:async_hooks';
import { type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import { drizzle, type NodePgQueryResultHKT } from 'drizzle-orm/node-postgres';
import type { PgDatabase } from 'drizzle-orm/pg-core';
import pg from 'pg';
import type { Id } from '@yudai/contract';
import { invariant } from '#kernel/invariant.ts';
import type { DatabaseLog } from './database-log.ts';
import type { DirectoryLock } from './directory-lock.ts';
import { isRetryable, translateDatabaseError } from './errors.ts';
import { createListener, livingSpace } from './listener.ts';
import { runInOneMessage, toQuery } from './one-message.ts';

/** What a store queries: a transaction of drizzle over node-postgres. */
export type Db = PgDatabase<NodePgQueryResultHKT, Record<string, never>>;

export interface Database {
  readonly kind: 'embedded' | 'postgres';
  /** For the job engine and health only; it stands outside row-level security's roles and sees no tenant rows on Postgres. */
  readonly pool: pg.Pool;
  /** The lock on the data directory; null when the database is a server's. */
  readonly lock: DirectoryLock | null;
  /**
   * One transaction that sees and changes only this person's rows, whatever the queries say. It may run again when it loses a race
   * (deadlock, serialization), so `work` holds queries only. Rejects with `AppError` for what a person can act on.
   */
  asUser<T>(userId: Id<'user'>, work: (db: Db) => Promise<T>): Promise<T>;
  /** One transaction that sees every row: dispatch, delivery, clean-up. Never for what a person asked. Same rules as `asUser`. */
  asSystem<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /**
   * The same for one statement, in one message to the database instead of four: for what is done at every step of an agent. Returns its rows, with
   * the values that node-postgres makes of them.
   */
  askAsUser<Row extends object>(userId: Id<'user'>, statement: SQL): Promise<Row[]>;
  askAsSystem<Row extends object>(statement: SQL): Promise<Row[]>;
  /**
   * For a library that keeps one connection for good: every query is a transaction of the system by itself. It cannot open transactions;
   * give it `asSystem` for those.
   */
  readonly eachAsSystem: Db;
  /**
   * Calls `handler` for every NOTIFY on this channel that is committed from now on. The connection comes back by itself after a loss;
   * what was notified meanwhile is lost, which `onResume` tells. Returns how to stop.
   */
  listen(channel: string, handler: (payload: string) => void, onResume?: () => void): Promise<() => Promise<void>>;
  /** Lets others see that the process of this name lives, until it closes or its connection ends: see `isLiving`. */
  sayLiving(name: string): Promise<void>;
  close(): Promise<void>;
}

/** Whether any process says that it lives under this name; for a `where`. Without one it is false at once, also after a kill -9. */
export function isLiving(name: SQLWrapper): SQL {
  return sql`exists (
    select from pg_locks where locktype = 'advisory' and granted and classid::bigint = ${livingSpace} and objsubid = 2
      and objid::bigint = (hashtext(${name})::bigint & 4294967295)
      and database = (select oid from pg_database where datname = current_database()))`;
}

export interface DatabaseParts {
  readonly kind: Database['kind'];
  readonly pool: pg.Pool;
  readonly lock: DirectoryLock | null;
  readonly log: DatabaseLog;
  /** A connection outside the pool, for LISTEN and locks. */
  readonly newClient: () => pg.Client;
  /** Runs after the pool has ended. */
  readonly onClose: () => Promise<void>;
}

const attempts = 4;

export function createDatabase(parts: DatabaseParts): Database {
  const { kind, pool, lock, log } = parts;
  const listener = createListener(parts.newClient, log);
  const current = new AsyncLocalStorage<{ open: boolean }>();
  // An idle connection that breaks is replaced by the pool; without a handler its error would end the process.
  pool.on('error', (error) => log.warn({ error: error.message }, 'a database connection was lost'));

  async function repeated<T>(once: () => Promise<T>): Promise<T> {
    // The inner one would wait for a connection while the outer one keeps one: with one session, for ever.
    invariant(current.getStore()?.open !== true, 'a transaction is opened inside another: pass its db on instead');
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await once();
      } catch (error) {
        if (!isRetryable(error) || attempt === attempts) throw translateDatabaseError(error);
        await pause(attempt * 10 * (1 + Math.random()));
      }
    }
  }

  function transaction<T>(role: string, userId: string, work: (db: Db) => Promise<T>): Promise<T> {
    return repeated(() =>
      inTransaction(pool, role, userId, async (db) => {
        const state = { open: true };
        try {
          return await current.run(state, work, db);
        } finally {
          state.open = false;
        }
      }),
    );
  }

  async function ask<Row extends object>(role: string, userId: string, statement: SQL): Promise<Row[]> {
    const query = toQuery(statement);
    const { rows } = await repeated(() => onClient(pool, (client) => runInOneMessage(client, { role, userId }, query)));
    // What a statement answers is known to who wrote it.
    return rows as Row[];
  }

  return {
    kind,
    pool,
    lock,
    asUser: (userId, work) => transaction('yudai_app', userId, work),
    asSystem: (work) => transaction('yudai_system', '', work),
    askAsUser: (userId, statement) => ask('yudai_app', userId, statement),
    askAsSystem: (statement) => ask('yudai_system', '', statement),
    eachAsSystem: queryByQuery(pool),
    listen: (channel, handler, onResume) => listener.listen(channel, handler, onResume),
    sayLiving: (name) => listener.hold(name),
    close: async () => {
      await listener.close();
      await pool.end();
      await parts.onClose();
    },
  };
}

function queryByQuery(pool: pg.Pool): Db {
  const system = { role: 'yudai_system', userId: '' };
  const client = {
    query: async (query: pg.QueryConfig, values: unknown[] = []) => {
      try {
        return await onClient(pool, (connection) => runInOneMessage(connection, system, { ...query, values }));
      } catch (error) {
        throw translateDatabaseError(error);
      }
    },
  };
  // Of a connection drizzle calls `query` alone.
  return drizzle(client as unknown as pg.PoolClient);
}

function inTransaction<T>(pool: pg.Pool, role: string, userId: string, work: (db: Db) => Promise<T>): Promise<T> {
  return onClient(pool, (client) => drizzle(openingAs(client, role, userId)).transaction(work));
}

async function onClient<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const markBroken = (error: Error): void => {
    broken = error;
  };
  client.on('error', markBroken);
  try {
    return await work(client);
  } catch (error) {
    throw broken ?? error;
  } finally {
    client.off('error', markBroken);
    client.release(broken);
  }
}

/** A connection whose transactions begin as this role and person, in the one message that begins them. */
function openingAs(client: pg.PoolClient, role: string, userId: string): pg.PoolClient {
  const opening = openingOf(role, userId);
  const session = {
    query: (query: pg.QueryConfig, values?: unknown[]) =>
      query.text === 'begin' ? client.query(opening) : client.query(query, values),
  };
  // Of a connection drizzle calls `query` alone.
  return session as unknown as pg.PoolClient;
}

function openingOf(role: string, userId: string): string {
  return `begin; select set_config('role', ${pg.escapeLiteral(role)}, true), set_config('app.user_id', ${pg.escapeLiteral(userId)}, true)`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
