import { and, desc, eq, getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { GithubBranch, GithubCommit, GithubIssue, GithubPullRequest } from '@yudai/contract';
import type { Db } from '#platform/db/index.ts';
import { githubCommits, githubIssues, githubPullRequests, githubSyncs } from './schema.ts';

export type SyncKind = typeof githubSyncs.$inferSelect.kind;

/** What is kept, and when GitHub was last asked for it. */
export interface Kept<T> {
  readonly items: T[];
  readonly syncedAt: Date;
}

/** Keeps issues as GitHub told them; what is kept and younger stays, so that the order of arrival does not matter. */
export async function putIssues(
  db: Db,
  repositoryId: number,
  issues: readonly GithubIssue[],
  syncedAt: Date,
): Promise<void> {
  if (issues.length === 0) return;
  const rows = issues.map(({ createdAt, updatedAt, closedAt, ...issue }) => ({
    ...issue,
    repositoryId,
    createdAt: new Date(createdAt),
    updatedAt: new Date(updatedAt),
    closedAt: closedAt === null ? null : new Date(closedAt),
    syncedAt,
  }));
  await db
    .insert(githubIssues)
    .values(rows)
    .onConflictDoUpdate({
      target: [githubIssues.repositoryId, githubIssues.number],
      set: everythingNew(githubIssues),
      setWhere: sql`excluded.updated_at >= ${githubIssues.updatedAt}`,
    });
}

export async function putPullRequests(
  db: Db,
  repositoryId: number,
  pulls: readonly GithubPullRequest[],
  syncedAt: Date,
): Promise<void> {
  if (pulls.length === 0) return;
  const rows = pulls.map(({ head, base, createdAt, updatedAt, ...pull }) => ({
    ...pull,
    repositoryId,
    headRef: head.ref,
    headSha: head.sha,
    baseRef: base.ref,
    baseSha: base.sha,
    createdAt: new Date(createdAt),
    updatedAt: new Date(updatedAt),
    syncedAt,
  }));
  await db
    .insert(githubPullRequests)
    .values(rows)
    .onConflictDoUpdate({
      target: [githubPullRequests.repositoryId, githubPullRequests.number],
      set: everythingNew(githubPullRequests),
      setWhere: sql`excluded.updated_at >= ${githubPullRequests.updatedAt}`,
    });
}

export async function putCommits(
  db: Db,
  repositoryId: number,
  commits: readonly GithubCommit[],
  syncedAt: Date,
): Promise<void> {
  if (commits.length === 0) return;
  const rows = commits.map(({ date, ...commit }) => ({
    ...commit,
    repositoryId,
    date: date === null ? null : new Date(date),
    syncedAt,
  }));
  await db
    .insert(githubCommits)
    .values(rows)
    .onConflictDoUpdate({ target: [githubCommits.repositoryId, githubCommits.sha], set: everythingNew(githubCommits) });
}

export async function putSync(
  db: Db,
  sync: { repositoryId: number; kind: SyncKind; syncedAt: Date; branches?: GithubBranch[] },
): Promise<void> {
  await db
    .insert(githubSyncs)
    .values(sync)
    .onConflictDoUpdate({
      target: [githubSyncs.repositoryId, githubSyncs.kind],
      set: { syncedAt: sync.syncedAt, ...(sync.branches === undefined ? {} : { branches: sync.branches }) },
    });
}

export async function removeIssue(db: Db, repositoryId: number, number: number): Promise<void> {
  await db
    .delete(githubIssues)
    .where(and(eq(githubIssues.repositoryId, repositoryId), eq(githubIssues.number, number)));
}

export interface KeptFilter {
  readonly repositoryId: number;
  readonly offset: number;
  readonly limit: number;
}

/** Issues that are kept, the last changed first; null when none were ever asked for. */
export async function keptIssues(
  db: Db,
  filter: KeptFilter & { readonly state: 'open' | 'closed' | 'all'; readonly label?: string | undefined },
): Promise<Kept<GithubIssue> | null> {
  const { repositoryId, state, label, offset, limit } = filter;
  const rows = await db
    .select()
    .from(githubIssues)
    .where(
      and(
        eq(githubIssues.repositoryId, repositoryId),
        state === 'all' ? undefined : eq(githubIssues.state, state),
        label === undefined ? undefined : sql`${githubIssues.labels} ? ${label}`,
      ),
    )
    .orderBy(desc(githubIssues.updatedAt), desc(githubIssues.number))
    .offset(offset)
    .limit(limit);
  return withSync(db, repositoryId, 'issues', rows.map(toIssue));
}

export async function keptIssue(
  db: Db,
  repositoryId: number,
  number: number,
): Promise<{ item: GithubIssue; syncedAt: Date } | null> {
  const [row] = await db
    .select()
    .from(githubIssues)
    .where(and(eq(githubIssues.repositoryId, repositoryId), eq(githubIssues.number, number)));
  return row === undefined ? null : { item: toIssue(row), syncedAt: row.syncedAt };
}

export async function keptPullRequests(
  db: Db,
  filter: KeptFilter & { readonly state: 'open' | 'closed' | 'all' },
): Promise<Kept<GithubPullRequest> | null> {
  const { repositoryId, state, offset, limit } = filter;
  const wanted: Record<typeof state, SQL | undefined> = {
    all: undefined,
    open: eq(githubPullRequests.state, 'open'),
    closed: sql`${githubPullRequests.state} <> 'open'`,
  };
  const rows = await db
    .select()
    .from(githubPullRequests)
    .where(and(eq(githubPullRequests.repositoryId, repositoryId), wanted[state]))
    .orderBy(desc(githubPullRequests.updatedAt), desc(githubPullRequests.number))
    .offset(offset)
    .limit(limit);
  return withSync(db, repositoryId, 'pull_requests', rows.map(toPullRequest));
}

export async function keptPullRequest(
  db: Db,
  repositoryId: number,
  number: number,
): Promise<{ item: GithubPullRequest; syncedAt: Date } | null> {
  const [row] = await db
    .select()
    .from(githubPullRequests)
    .where(and(eq(githubPullRequests.repositoryId, repositoryId), eq(githubPullRequests.number, number)));
  return row === undefined ? null : { item: toPullRequest(row), syncedAt: row.syncedAt };
}

/** Commits that are kept, the newest first. Which branch they are of is not. */
export async function keptCommits(db: Db, filter: KeptFilter): Promise<Kept<GithubCommit> | null> {
  const rows = await db
    .select()
    .from(githubCommits)
    .where(eq(githubCommits.repositoryId, filter.repositoryId))
    .orderBy(sql`${githubCommits.date} desc nulls last`, desc(githubCommits.sha))
    .offset(filter.offset)
    .limit(filter.limit);
  return withSync(db, filter.repositoryId, 'commits', rows.map(toCommit));
}

export async function keptBranches(db: Db, repositoryId: number): Promise<Kept<GithubBranch> | null> {
  const sync = await syncOf(db, repositoryId, 'branches');
  return sync === undefined ? null : { items: sync.branches ?? [], syncedAt: sync.syncedAt };
}

async function withSync<T>(db: Db, repositoryId: number, kind: SyncKind, items: T[]): Promise<Kept<T> | null> {
  const sync = await syncOf(db, repositoryId, kind);
  return sync === undefined ? null : { items, syncedAt: sync.syncedAt };
}

async function syncOf(db: Db, repositoryId: number, kind: SyncKind) {
  const [row] = await db
    .select()
    .from(githubSyncs)
    .where(and(eq(githubSyncs.repositoryId, repositoryId), eq(githubSyncs.kind, kind)));
  return row;
}

function toIssue(row: typeof githubIssues.$inferSelect): GithubIssue {
  const { repositoryId: _repository, syncedAt: _synced, createdAt, updatedAt, closedAt, ...issue } = row;
  return {
    ...issue,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    closedAt: closedAt?.toISOString() ?? null,
  };
}

function toPullRequest(row: typeof githubPullRequests.$inferSelect): GithubPullRequest {
  const { id, number, title, body, state, draft, author, url, headRef, headSha, baseRef, baseSha } = row;
  return {
    id,
    number,
    title,
    body,
    state,
    draft,
    author,
    url,
    head: { ref: headRef, sha: headSha },
    base: { ref: baseRef, sha: baseSha },
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

function toCommit(row: typeof githubCommits.$inferSelect): GithubCommit {
  const { sha, message, authorName, authorLogin, date, url } = row;
  return { sha, message, authorName, authorLogin, date: date?.toISOString() ?? null, url };
}

/** Every column as the row that could not be inserted has it. */
function everythingNew(table: PgTable): Record<string, SQL> {
  return Object.fromEntries(
    Object.entries(getTableColumns(table)).map(([key, column]) => [key, sql.raw(`excluded."${column.name}"`)]),
  );
}
