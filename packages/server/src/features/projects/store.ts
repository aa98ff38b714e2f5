import { and, desc, eq, getTableColumns, ilike, inArray, isNotNull, lt } from 'drizzle-orm';
import type { Id, Project, ProjectSource, Role } from '@yudai/contract';
import type { Db } from '#platform/db/index.ts';
import { projectMembers, projects } from './schema.ts';

export type ProjectRow = typeof projects.$inferSelect;
/** A project, and what the person who asks is in it. */
export type OwnProjectRow = ProjectRow & { readonly role: Role };

export async function insertProject(db: Db, row: typeof projects.$inferInsert): Promise<void> {
  await db.insert(projects).values(row);
}

export async function projectOf(db: Db, userId: Id<'user'>, id: Id<'project'>): Promise<OwnProjectRow | undefined> {
  const [row] = await ownProjects(db, userId).where(eq(projects.id, id));
  return row;
}

/** As the system: who a project belongs to. */
export async function ownerOf(db: Db, id: Id<'project'>): Promise<Id<'user'> | undefined> {
  const [row] = await db.select({ ownerId: projects.ownerId }).from(projects).where(eq(projects.id, id));
  return row?.ownerId;
}

export async function sourceKindOf(db: Db, id: Id<'project'>): Promise<ProjectSource['kind'] | undefined> {
  const [row] = await db.select({ kind: projects.sourceKind }).from(projects).where(eq(projects.id, id));
  return row?.kind;
}

/** The projects in which somebody has a role, with that role. */
function ownProjects(db: Db, userId: Id<'user'>) {
  return db
    .select({ ...getTableColumns(projects), role: projectMembers.role })
    .from(projects)
    .innerJoin(projectMembers, and(eq(projectMembers.projectId, projects.id), eq(projectMembers.userId, userId)));
}

/** Newest first, after this one. Ids sort by age, and by them the memberships are found in order, however many there are. */
export async function projectsAfter(
  db: Db,
  userId: Id<'user'>,
  input: {
    readonly after: string | null;
    readonly limit: number;
    readonly archived: boolean;
    readonly query: string | undefined;
  },
): Promise<OwnProjectRow[]> {
  const { after, query } = input;
  const older = after === null ? undefined : lt(projectMembers.projectId, after as Id<'project'>);
  const named = query === undefined ? undefined : ilike(projects.name, `%${query.replaceAll(/[\\%_]/g, '\\$&')}%`);
  return ownProjects(db, userId)
    .where(and(eq(projects.archived, input.archived), named, older))
    .orderBy(desc(projectMembers.projectId))
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

/** The projects that are connected to a repository on GitHub, whoever they belong to. */
export async function projectsOfRepository(db: Db, repositoryId: number): Promise<ProjectRow[]> {
  return db.select().from(projects).where(eq(projects.repositoryId, repositoryId));
}

/** The projects that have a token of their own, for the system. */
export async function sealedTokens(db: Db): Promise<{ id: Id<'project'>; ownerId: Id<'user'>; sealedToken: string }[]> {
  const rows = await db
    .select({ id: projects.id, ownerId: projects.ownerId, sealedToken: projects.sealedToken })
    .from(projects)
    .where(isNotNull(projects.sealedToken));
  return rows.flatMap(({ sealedToken, ...row }) => (sealedToken === null ? [] : [{ ...row, sealedToken }]));
}

export async function projectIds(db: Db): Promise<Set<string>> {
  const rows = await db.select({ id: projects.id }).from(projects);
  return new Set(rows.map((row) => row.id));
}

export function toProject(row: OwnProjectRow, activeJobId: Id<'job'> | null): Project {
  return {
    id: row.id,
    name: row.name,
    ownerId: row.ownerId,
    role: row.role,
    origin: row.origin,
    source: sourceOf(row),
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

function sourceOf({ sourceKind, sourceAddress }: ProjectRow): ProjectSource {
  switch (sourceKind) {
    case 'folder':
      return { kind: 'folder', path: sourceAddress };
    case 'git':
      return { kind: 'git', url: sourceAddress };
    case 'github':
      return { kind: 'github', repository: sourceAddress };
  }
}
