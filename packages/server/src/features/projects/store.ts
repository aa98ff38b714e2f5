import { and, desc, eq, ilike, inArray, lt, or } from 'drizzle-orm';
import type { Id, Project } from '@yudai/contract';
import type { Db } from '#platform/db/index.ts';
import { projects } from './schema.ts';

export type ProjectRow = typeof projects.$inferSelect;

export async function insertProject(db: Db, row: typeof projects.$inferInsert): Promise<void> {
  await db.insert(projects).values(row);
}

export async function projectOf(db: Db, id: Id<'project'>): Promise<ProjectRow | undefined> {
  const [row] = await db.select().from(projects).where(eq(projects.id, id));
  return row;
}

/** Newest first, after the row with this time and id. */
export async function projectsAfter(
  db: Db,
  input: {
    readonly after: { readonly createdAt: Date; readonly id: string } | null;
    readonly limit: number;
    readonly archived: boolean;
    readonly query: string | undefined;
  },
): Promise<ProjectRow[]> {
  const { after, query } = input;
  const older =
    after === null
      ? undefined
      : or(
          lt(projects.createdAt, after.createdAt),
          and(eq(projects.createdAt, after.createdAt), lt(projects.id, after.id as Id<'project'>)),
        );
  const named = query === undefined ? undefined : ilike(projects.name, `%${query.replaceAll(/[\\%_]/g, '\\$&')}%`);
  return db
    .select()
    .from(projects)
    .where(and(eq(projects.archived, input.archived), named, older))
    .orderBy(desc(projects.createdAt), desc(projects.id))
    .limit(input.limit);
}

/** Changes a project, if it is (still) in one of these states; undefined when it is not, or is gone. */
export async function changeProject(
  db: Db,
  id: Id<'project'>,
  change: Partial<typeof projects.$inferInsert>,
  whenStatus: readonly Project['status'][] = ['connecting', 'ready', 'failed'],
): Promise<ProjectRow | undefined> {
  const [row] = await db
    .update(projects)
    .set(change)
    .where(and(eq(projects.id, id), inArray(projects.status, [...whenStatus])))
    .returning();
  return row;
}

export async function deleteProject(db: Db, id: Id<'project'>): Promise<ProjectRow | undefined> {
  const [row] = await db.delete(projects).where(eq(projects.id, id)).returning();
  return row;
}

export async function projectIds(db: Db): Promise<Set<string>> {
  const rows = await db.select({ id: projects.id }).from(projects);
  return new Set(rows.map((row) => row.id));
}

export function toProject(row: ProjectRow, activeJobId: Id<'job'> | null): Project {
  return {
    id: row.id,
    name: row.name,
    origin: row.origin,
    source:
      row.sourceKind === 'git' ? { kind: 'git', url: row.sourceAddress } : { kind: 'folder', path: row.sourceAddress },
    ref: row.ref,
    status: row.status,
    failure: row.failure,
    archived: row.archived,
    commit: row.commit,
    fileCount: row.fileCount,
    activeJobId,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    indexedAt: row.indexedAt?.toISOString() ?? null,
  };
}
