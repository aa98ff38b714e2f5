import { eq } from 'drizzle-orm';
import type { Id } from '@yudai/contract';
import type { Db } from '#platform/db/index.ts';
import { users } from './schema.ts';

export async function localOwner(db: Db): Promise<{ id: Id<'user'>; name: string } | undefined> {
  const rows = await db.select({ id: users.id, name: users.name }).from(users).where(eq(users.localOwner, true));
  return rows[0];
}

/** Does nothing when another node has made the owner at the same moment. */
export async function insertLocalOwner(
  db: Db,
  owner: { id: Id<'user'>; name: string; createdAt: Date },
): Promise<void> {
  await db
    .insert(users)
    .values({ ...owner, localOwner: true })
    .onConflictDoNothing({ target: users.localOwner });
}
