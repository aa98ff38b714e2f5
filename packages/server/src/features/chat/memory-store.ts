import { and, asc, eq } from 'drizzle-orm';
import type { Id } from '@yudai/contract';
import type { Db } from '#platform/db/index.ts';
import { chatMemories } from './schema.ts';

export type MemoryRow = typeof chatMemories.$inferSelect;
export type NewMemory = typeof chatMemories.$inferInsert;

/** What a session keeps in mind, oldest first. */
export function memoriesOf(db: Db, sessionId: Id<'session'>): Promise<MemoryRow[]> {
  return db.select().from(chatMemories).where(eq(chatMemories.sessionId, sessionId)).orderBy(asc(chatMemories.id));
}

export async function insertMemories(db: Db, rows: readonly NewMemory[]): Promise<MemoryRow[]> {
  return rows.length === 0
    ? []
    : db
        .insert(chatMemories)
        .values([...rows])
        .returning();
}

export async function changeMemory(
  db: Db,
  { sessionId, id }: Pick<MemoryRow, 'sessionId' | 'id'>,
  change: Partial<NewMemory>,
): Promise<MemoryRow | undefined> {
  const [row] = await db
    .update(chatMemories)
    .set({ ...change, id })
    .where(and(eq(chatMemories.sessionId, sessionId), eq(chatMemories.id, id)))
    .returning();
  return row;
}

/** Whether there was one. */
export async function deleteMemory(db: Db, { sessionId, id }: Pick<MemoryRow, 'sessionId' | 'id'>): Promise<boolean> {
  const gone = await db
    .delete(chatMemories)
    .where(and(eq(chatMemories.sessionId, sessionId), eq(chatMemories.id, id)))
    .returning({ id: chatMemories.id });
  return gone.length > 0;
}
