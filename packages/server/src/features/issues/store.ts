import { and, desc, eq, getTableColumns, gte, inArray, isNotNull, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import type { Id, IssuePriority, IssueStatus } from '@yudai/contract';
import type { Db } from '#platform/db/index.ts';
import { issueContexts, issues, issueVersions } from './schema.ts';

export type IssueRow = typeof issues.$inferSelect;
export type IssueChange = Partial<Omit<IssueRow, 'id' | 'projectId' | 'ownerId'>>;
export type VersionRow = typeof issueVersions.$inferSelect;
export type ContextRow = typeof issueContexts.$inferSelect;
export type { IssueSource, ShownIssue } from './schema.ts';

export interface IssueFilter {
  readonly projectId: Id<'project'>;
  readonly status?: IssueStatus | undefined;
  readonly priority?: IssuePriority | undefined;
  readonly label?: string | undefined;
  readonly sessionId?: Id<'session'> | undefined;
  readonly query?: string | undefined;
  readonly since?: string | undefined;
  readonly archived: boolean;
}

export interface Place {
  readonly updatedAt: Date;
  readonly id: string;
}

export async function insertIssue(db: Db, row: typeof issues.$inferInsert): Promise<IssueRow> {
  const [inserted] = await db.insert(issues).values(row).returning();
  if (inserted === undefined) throw new Error('An issue was not stored.');
  return inserted;
}

export async function issueOf(db: Db, projectId: Id<'project'>, id: Id<'issue'>): Promise<IssueRow | undefined> {
  const [row] = await db.select().from(issues).where(isOne(projectId, id));
  return row;
}

/** The same, and nobody else changes it until the transaction ends. */
export async function lockIssue(db: Db, projectId: Id<'project'>, id: Id<'issue'>): Promise<IssueRow | undefined> {
  const [row] = await db.select().from(issues).where(isOne(projectId, id)).for('update');
  return row;
}

export async function changeIssue(db: Db, id: Id<'issue'>, change: IssueChange): Promise<IssueRow | undefined> {
  const [row] = await db.update(issues).set(change).where(eq(issues.id, id)).returning();
  return row;
}

export async function deleteIssue(db: Db, id: Id<'issue'>): Promise<void> {
  await db.delete(issues).where(eq(issues.id, id));
}

/** The last changed first, after this one. */
export async function issuesAfter(
  db: Db,
  filter: IssueFilter,
  after: Place | null,
  limit: number,
): Promise<IssueRow[]> {
  const { updatedAt, id } = issues;
  const isAfter =
    after === null
      ? undefined
      : or(lt(updatedAt, after.updatedAt), and(eq(updatedAt, after.updatedAt), sql`${id} < ${after.id}`));
  return db
    .select()
    .from(issues)
    .where(and(isWanted(filter), isAfter))
    .orderBy(desc(updatedAt), desc(id))
    .limit(limit);
}

export async function countOf(db: Db, filter: IssueFilter): Promise<number> {
  const [row] = await db
    .select({ count: sql<number>`count(*)::int` })
    .from(issues)
    .where(isWanted(filter));
  return row?.count ?? 0;
}

/** How many there are of each status and priority, archived ones apart. */
export async function tallyOf(db: Db, projectId: Id<'project'>) {
  return db
    .select({
      status: issues.status,
      priority: issues.priority,
      archived: sql<boolean>`${issues.archivedAt} is not null`,
      differs: issues.differs,
      count: sql<number>`count(*)::int`,
    })
    .from(issues)
    .where(eq(issues.projectId, projectId))
    .groupBy(issues.status, issues.priority, sql`${issues.archivedAt} is not null`, issues.differs);
}

/** For likenesses: issues of the project that are not on GitHub, the last changed first. */
export async function unpublishedOf(db: Db, projectId: Id<'project'>, limit: number): Promise<IssueRow[]> {
  return db
    .select()
    .from(issues)
    .where(and(eq(issues.projectId, projectId), isNull(issues.githubNumber), isNull(issues.archivedAt)))
    .orderBy(desc(issues.updatedAt), desc(issues.id))
    .limit(limit);
}

/** For the system: all issues that are this one on GitHub, each in a project of its own. */
export async function issuesOnGithub(db: Db, repositoryId: number, number: number): Promise<IssueRow[]> {
  return db
    .select()
    .from(issues)
    .where(and(eq(issues.repositoryId, repositoryId), eq(issues.githubNumber, number)))
    .for('update');
}

export async function issueIdsOfSession(
  db: Db,
  projectId: Id<'project'>,
  sessionId: Id<'session'>,
): Promise<Id<'issue'>[]> {
  const rows = await db
    .select({ id: issues.id })
    .from(issues)
    .where(and(eq(issues.projectId, projectId), eq(issues.sessionId, sessionId)));
  return rows.map(({ id }) => id);
}

/** The issue that this job has; undefined when it has none any more. */
export async function issueOfJob(
  db: Db,
  jobId: Id<'job'>,
  field: 'publishingJobId' | 'writingJobId',
): Promise<IssueRow | undefined> {
  const [row] = await db.select().from(issues).where(eq(issues[field], jobId)).for('update');
  return row;
}

/** The issues that these ideas became. */
export async function issuesOfIdeas(db: Db, ideaIds: readonly Id<'idea'>[]): Promise<Map<string, Id<'issue'>>> {
  if (ideaIds.length === 0) return new Map();
  const rows = await db
    .select({ id: issues.id, ideaId: issues.ideaId })
    .from(issues)
    .where(and(isNotNull(issues.ideaId), inArray(issues.ideaId, [...ideaIds])));
  return new Map(rows.map(({ id, ideaId }) => [ideaId ?? '', id]));
}

export async function insertVersion(db: Db, row: VersionRow): Promise<void> {
  await db.insert(issueVersions).values(row);
}

export async function insertContext(db: Db, row: ContextRow): Promise<void> {
  await db.insert(issueContexts).values(row);
}

/** Newest first, before this one, without what they say. */
export async function versionsBefore(
  db: Db,
  id: Id<'issue'>,
  before: number | null,
  limit: number,
): Promise<(Omit<VersionRow, 'document'> & { title: string })[]> {
  const { document, ...columns } = getTableColumns(issueVersions);
  return db
    .select({ ...columns, title: sql<string>`${document} ->> 'title'` })
    .from(issueVersions)
    .where(and(eq(issueVersions.issueId, id), before === null ? undefined : lt(issueVersions.version, before)))
    .orderBy(desc(issueVersions.version))
    .limit(limit);
}

export async function versionOf(db: Db, id: Id<'issue'>, version: number): Promise<VersionRow | undefined> {
  const [row] = await db
    .select()
    .from(issueVersions)
    .where(and(eq(issueVersions.issueId, id), eq(issueVersions.version, version)));
  return row;
}

export async function contextOf(db: Db, id: Id<'issue'>, version: number): Promise<ContextRow | undefined> {
  const [row] = await db
    .select()
    .from(issueContexts)
    .where(and(eq(issueContexts.issueId, id), eq(issueContexts.version, version)));
  return row;
}

function isOne(projectId: Id<'project'>, id: Id<'issue'>): SQL | undefined {
  return and(eq(issues.projectId, projectId), eq(issues.id, id));
}

function isWanted({
  projectId,
  status,
  priority,
  label,
  sessionId,
  query,
  since,
  archived,
}: IssueFilter): SQL | undefined {
  const pattern = query === undefined || query === '' ? undefined : `%${query.replaceAll(/[\\%_]/g, '\\$&')}%`;
  const number = /^#?(\d{1,9})$/.exec(query ?? '')?.[1];
  const matches =
    pattern === undefined
      ? undefined
      : or(
          sql`${issues.title} ilike ${pattern}`,
          sql`${issues.document} ->> 'problem' ilike ${pattern}`,
          sql`${issues.document} ->> 'wanted' ilike ${pattern}`,
          number === undefined ? undefined : eq(issues.githubNumber, Number(number)),
        );
  return and(
    eq(issues.projectId, projectId),
    archived ? isNotNull(issues.archivedAt) : isNull(issues.archivedAt),
    status === undefined ? undefined : eq(issues.status, status),
    priority === undefined ? undefined : eq(issues.priority, priority),
    label === undefined ? undefined : sql`${issues.labels} ? ${label}`,
    sessionId === undefined ? undefined : eq(issues.sessionId, sessionId),
    since === undefined ? undefined : gte(issues.updatedAt, new Date(since)),
    matches,
  );
}
