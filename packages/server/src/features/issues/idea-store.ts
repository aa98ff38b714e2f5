import { and, desc, eq, lt, sql } from 'drizzle-orm';
import type { Id, IdeaStatus } from '@yudai/contract';
import type { Db } from '#platform/db/index.ts';
import { ideas } from './schema.ts';

export type IdeaRow = typeof ideas.$inferSelect;
/** What of an idea can become another. */
export type IdeaChange = Partial<Pick<IdeaRow, 'title' | 'description' | 'evidence' | 'complexity' | 'status'>>;

export async function insertIdeas(db: Db, rows: readonly IdeaRow[]): Promise<void> {
  if (rows.length > 0) await db.insert(ideas).values([...rows]);
}

/** Newest first, before this one. */
export async function ideasBefore(
  db: Db,
  projectId: Id<'project'>,
  { status, before, limit }: { status?: IdeaStatus | undefined; before: string | null; limit: number },
): Promise<IdeaRow[]> {
  return db
    .select()
    .from(ideas)
    .where(
      and(
        eq(ideas.projectId, projectId),
        status === undefined ? undefined : eq(ideas.status, status),
        before === null ? undefined : lt(ideas.id, before as Id<'idea'>),
      ),
    )
    .orderBy(desc(ideas.id))
    .limit(limit);
}

export async function ideaOf(db: Db, projectId: Id<'project'>, id: Id<'idea'>): Promise<IdeaRow | undefined> {
  const [row] = await db
    .select()
    .from(ideas)
    .where(and(eq(ideas.projectId, projectId), eq(ideas.id, id)));
  return row;
}

/** The same, and nobody else changes it until the transaction ends. */
export async function lockIdea(db: Db, projectId: Id<'project'>, id: Id<'idea'>): Promise<IdeaRow | undefined> {
  const [row] = await db
    .select()
    .from(ideas)
    .where(and(eq(ideas.projectId, projectId), eq(ideas.id, id)))
    .for('update');
  return row;
}

export async function changeIdea(
  db: Db,
  id: Id<'idea'>,
  change: IdeaChange & Partial<Pick<IdeaRow, 'updatedAt'>>,
): Promise<IdeaRow | undefined> {
  const [row] = await db.update(ideas).set(change).where(eq(ideas.id, id)).returning();
  return row;
}

export async function ideaTally(db: Db, projectId: Id<'project'>): Promise<Map<IdeaStatus, number>> {
  const rows = await db
    .select({ status: ideas.status, count: sql<number>`count(*)::int` })
    .from(ideas)
    .where(eq(ideas.projectId, projectId))
    .groupBy(ideas.status);
  return new Map(rows.map(({ status, count }) => [status, count]));
}
