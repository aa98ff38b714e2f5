import { userInfo } from 'node:os';
import type { Id } from '@yudai/contract';
import type { Clock } from '#kernel/clock.ts';
import { newId } from '#kernel/ids.ts';
import { invariant } from '#kernel/invariant.ts';
import type { Database } from '#platform/db/index.ts';
import { insertLocalOwner, localOwner } from './store.ts';

/** The one owner of an installation without sign-in; made by the first start, the same at every later one and on every node. */
export function ensureLocalOwner(deps: {
  readonly database: Database;
  readonly clock: Clock;
}): Promise<{ readonly id: Id<'user'>; readonly name: string }> {
  const { database, clock } = deps;
  return database.asSystem(async (db) => {
    const known = await localOwner(db);
    if (known !== undefined) return known;
    const now = clock.now();
    await insertLocalOwner(db, { id: newId('user', now), name: loginName(), createdAt: now });
    const owner = await localOwner(db);
    invariant(owner !== undefined, 'the local owner was made and is there');
    return owner;
  });
}

function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    // In a container the user id may have no name.
    return 'owner';
  }
}
