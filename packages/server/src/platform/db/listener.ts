import pg from 'pg';
import type { DatabaseLog } from './database-log.ts';

interface Subscription {
  readonly channel: string;
  readonly handler: (payload: string) => void;
  readonly onResume: (() => void) | undefined;
}

export interface Listener {
  listen(channel: string, handler: (payload: string) => void, onResume?: () => void): Promise<() => Promise<void>>;
  /** Holds a shared advisory lock for as long as this connection lives, and again when it comes back. */
  hold(name: string): Promise<void>;
  close(): Promise<void>;
}

/** The first key of the advisory locks that say "this process lives"; the second is `hashtext` of a name. */
export const livingSpace = 0x79756461;
const holdQuery = `select pg_advisory_lock_shared(${livingSpace}, hashtext($1))`;

/** How often the connection is asked whether it still lives: a half-open one would be silent for ever. */
const pingMs = 15_000;
const retryMs = { first: 100, longest: 5_000 };

/**
 * One connection for what a process does all its life: hear NOTIFY, and hold locks that end with it. Opened by the first need and again
 * after each loss.
 */
export function createListener(newClient: () => pg.Client, log: DatabaseLog): Listener {
  const subscriptions = new Set<Subscription>();
  // Shared, so that a session of ours that the server has not missed yet does not keep the next one waiting.
  const held = new Set<string>();
  let connection: Promise<pg.Client> | null = null;
  let ping: NodeJS.Timeout | undefined;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;

  async function connect(): Promise<pg.Client> {
    const client = newClient();
    client.on('notification', ({ channel, payload }) => {
      for (const subscription of subscriptions) {
        if (subscription.channel === channel) subscription.handler(payload ?? '');
      }
    });
    client.on('error', () => lost(client));
    client.on('end', () => lost(client));
    try {
      await client.connect();
      for (const channel of new Set([...subscriptions].map((subscription) => subscription.channel))) {
        await client.query(`listen ${pg.escapeIdentifier(channel)}`);
      }
      for (const name of held) await client.query(holdQuery, [name]);
    } catch (error) {
      void client.end().catch(() => undefined);
      throw error;
    }
    clearInterval(ping);
    ping = setInterval(() => void client.query('select 1').catch(() => lost(client)), pingMs);
    ping.unref();
    current = client;
    return client;
  }
  let current: pg.Client | null = null;

  function lost(client: pg.Client): void {
    if (closed || current !== client) return;
    current = null;
    connection = null;
    clearInterval(ping);
    void client.end().catch(() => undefined);
    log.warn({}, 'the connection that hears notifications was lost');
    resume(retryMs.first);
  }

  function resume(delayMs: number): void {
    retry = setTimeout(() => {
      if (closed || connection !== null) return;
      connection = connect();
      connection.then(
        () => {
          for (const subscription of subscriptions) subscription.onResume?.();
        },
        () => {
          connection = null;
          resume(Math.min(delayMs * 2, retryMs.longest));
        },
      );
    }, delayMs);
    retry.unref();
  }

  return {
    listen: async (channel, handler, onResume) => {
      const subscription: Subscription = { channel, handler, onResume };
      subscriptions.add(subscription);
      try {
        connection ??= connect();
        const client = await connection;
        await client.query(`listen ${pg.escapeIdentifier(channel)}`);
      } catch (error) {
        subscriptions.delete(subscription);
        if (current === null) connection = null;
        throw error;
      }
      return async () => {
        subscriptions.delete(subscription);
      };
    },
    hold: async (name) => {
      if (held.has(name)) return;
      // Before the query, so that a connection that comes back meanwhile holds it too.
      held.add(name);
      try {
        connection ??= connect();
        const client = await connection;
        await client.query(holdQuery, [name]);
      } catch (error) {
        held.delete(name);
        if (current === null) connection = null;
        throw error;
      }
    },
    close: async () => {
      closed = true;
      clearInterval(ping);
      clearTimeout(retry);
      subscriptions.clear();
      const client = await connection?.catch(() => null);
      await client?.end();
    },
  };
}
