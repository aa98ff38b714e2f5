import { userInfo } from 'node:os';
import type { Id } from '@yudai/contract';
import type { Clock } from '#kernel/clock.ts';
import { newId } from '#kernel/ids.ts';
import type { Database } from '#platform/db/index.ts';
import { insertLocalOwner, localOwner } from './store.ts';

/** A person who may use this installation. */
export interface Account {
  readonly id: Id<'user'>;
  readonly name: string;
}

export interface Accounts {
  /** The one owner of an installation without sign-in; made by the first start, the same at every later one and on every node. */
  ensureLocalOwner(): Promise<Account>;
}

export function createAccounts(deps: { readonly database: Database; readonly clock: Clock }): Accounts {
  const { database, clock } = deps;
  return {
    ensureLocalOwner: () =>
      database.asSystem(async (db) => {
        const known = await localOwner(db);
        if (known !== undefined) return known;
        const now = clock.now();
        await insertLocalOwner(db, { id: newId('user', now), name: loginName(), createdAt: now });
        const owner = await localOwner(db);
        if (owner === undefined) throw new Error('The local owner was made and is not there.');
        return owner;
      }),
  };
}

function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    // In a container the user id may have no name.
    return 'owner';
  }
}
