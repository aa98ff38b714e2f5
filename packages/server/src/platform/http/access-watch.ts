import { sql } from 'drizzle-orm';
import type { Id } from '@yudai/contract';
import type { Database, Db } from '#platform/db/index.ts';

/** Tells open streams and sockets, on all nodes, that what somebody may see has changed. */
export interface AccessWatch {
  /** Has everything that this person watches checked again, once the transaction commits. */
  changed(db: Db, userId: Id<'user'>): Promise<void>;
  /** Calls back when what this person may see has changed, or may have. Returns how to stop. */
  onChange(userId: Id<'user'>, check: () => void): () => void;
  close(): Promise<void>;
}

const channel = 'yudai_access';

export async function createAccessWatch(database: Database): Promise<AccessWatch> {
  const watching = new Map<string, Set<() => void>>();
  const checkAll = (): void => {
    for (const checks of watching.values()) for (const check of checks) check();
  };
  const stop = await database.listen(
    channel,
    (userId) => watching.get(userId)?.forEach((check) => check()),
    // What was said while the connection was away is found by looking.
    checkAll,
  );
  return {
    async changed(db, userId) {
      await db.execute(sql`select pg_notify(${channel}, ${userId})`);
    },
    onChange(userId, check) {
      const checks = watching.get(userId) ?? new Set();
      watching.set(userId, checks.add(check));
      return () => {
        checks.delete(check);
        if (checks.size === 0 && watching.get(userId) === checks) watching.delete(userId);
      };
    },
    close: stop,
  };
}
