import { and, asc, count, desc, eq, inArray, lt, max, type SQL, sql } from 'drizzle-orm';
import type { Id, MessagePart, SolveOutcome, SolverSettings, SolveStatus, StageRun } from '@yudai/contract';
import type { Database, Db } from '#platform/db/index.ts';
import { type HeardBy, solveNotes, solverFindings, solverSettings, solves, solveStages, solveTaken } from './schema.ts';

export type SolveRow = typeof solves.$inferSelect;
export type SolveChange = Partial<Omit<SolveRow, 'id' | 'projectId' | 'ownerId' | 'issueId'>>;
export type StageRow = typeof solveStages.$inferSelect;
export type NoteRow = typeof solveNotes.$inferSelect;
export type FindingsRow = typeof solverFindings.$inferSelect;
export type { BegunWith, HeardBy, PublishedChange, PublishWish, SolveBase } from './schema.ts';

export interface SolveFilter {
  readonly projectId: Id<'project'>;
  readonly issueIds?: readonly Id<'issue'>[] | undefined;
  readonly outcome?: SolveOutcome | undefined;
  /** Those of these jobs; all unless told. */
  readonly jobIds?: readonly Id<'job'>[] | undefined;
  readonly finished?: boolean | undefined;
}

export async function insertSolve(db: Db, row: typeof solves.$inferInsert): Promise<SolveRow> {
  const [inserted] = await db.insert(solves).values(row).returning();
  if (inserted === undefined) throw new Error('A solve was not stored.');
  return inserted;
}

export async function solveOf(db: Db, projectId: Id<'project'>, id: Id<'solve'>): Promise<SolveRow | undefined> {
  const [row] = await db.select().from(solves).where(isOne(projectId, id));
  return row;
}

/** The same, and nobody else changes it until the transaction ends. */
export async function lockSolve(db: Db, projectId: Id<'project'>, id: Id<'solve'>): Promise<SolveRow | undefined> {
  const [row] = await db.select().from(solves).where(isOne(projectId, id)).for('update');
  return row;
}

export async function changeSolve(db: Db, id: Id<'solve'>, change: SolveChange): Promise<SolveRow | undefined> {
  const [row] = await db.update(solves).set(change).where(eq(solves.id, id)).returning();
  return row;
}

export async function deleteSolve(db: Db, id: Id<'solve'>): Promise<boolean> {
  return (await db.delete(solves).where(eq(solves.id, id)).returning({ id: solves.id })).length > 0;
}

/** Newest first, after this one. */
export async function solvesAfter(
  db: Db,
  filter: SolveFilter,
  after: string | null,
  limit: number,
): Promise<SolveRow[]> {
  const isAfter = after === null ? undefined : lt(solves.id, after as Id<'solve'>);
  return db
    .select()
    .from(solves)
    .where(and(isWanted(filter), isAfter))
    .orderBy(desc(solves.id))
    .limit(limit);
}

function isWanted({ projectId, issueIds, outcome, jobIds, finished }: SolveFilter): SQL | undefined {
  return and(
    eq(solves.projectId, projectId),
    issueIds === undefined ? undefined : inArray(solves.issueId, [...issueIds]),
    outcome === undefined ? undefined : eq(solves.outcome, outcome),
    jobIds === undefined ? undefined : inArray(solves.jobId, [...jobIds]),
    finished === undefined ? undefined : finished ? eq(solves.status, 'finished') : sql`${solves.status} <> 'finished'`,
  );
}

/** Those of a project, or of one issue, that have not ended. */
export async function openSolves(
  db: Db,
  of: { readonly projectId: Id<'project'> } | { readonly issueId: Id<'issue'> } | { readonly ownerId: Id<'user'> },
): Promise<{ id: Id<'solve'>; jobId: Id<'job'> | null; status: SolveStatus }[]> {
  const own =
    'issueId' in of
      ? eq(solves.issueId, of.issueId)
      : 'ownerId' in of
        ? eq(solves.ownerId, of.ownerId)
        : eq(solves.projectId, of.projectId);
  return db
    .select({ id: solves.id, jobId: solves.jobId, status: solves.status })
    .from(solves)
    .where(and(own, sql`${solves.status} <> 'finished'`));
}

/** Those of these that there are. */
export async function solvesAmong(
  db: Db,
  ids: readonly Id<'solve'>[],
): Promise<{ id: Id<'solve'>; status: SolveStatus }[]> {
  if (ids.length === 0) return [];
  return db
    .select({ id: solves.id, status: solves.status })
    .from(solves)
    .where(inArray(solves.id, [...ids]));
}

/** Those of these projects in which something was solved, or is. */
export async function projectsWithSolves(db: Db, ids: readonly Id<'project'>[]): Promise<Id<'project'>[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectDistinct({ projectId: solves.projectId })
    .from(solves)
    .where(inArray(solves.projectId, [...ids]));
  return rows.map((row) => row.projectId);
}

export async function solvesOfIssue(db: Db, issueId: Id<'issue'>): Promise<SolveRow[]> {
  return db.select().from(solves).where(eq(solves.issueId, issueId)).orderBy(desc(solves.id));
}

/** The solve that this job has, or had last. */
export async function solveOfJob(
  db: Db,
  jobId: Id<'job'>,
  field: 'jobId' | 'publishingJobId',
): Promise<SolveRow | undefined> {
  const [row] = await db.select().from(solves).where(eq(solves[field], jobId)).for('update');
  return row;
}

/** For the system: the solves whose change is on this branch, or in this pull request, newest first. */
export async function solvesPublished(
  db: Db,
  repositoryId: number,
  at: { readonly number: number } | { readonly commit: string },
): Promise<SolveRow[]> {
  const isThere =
    'number' in at
      ? sql`(${solves.pullRequest} ->> 'number')::int = ${at.number}`
      : sql`${solves.published} ->> 'commit' = ${at.commit}`;
  return db
    .select()
    .from(solves)
    .where(and(eq(solves.repositoryId, repositoryId), isThere))
    .orderBy(desc(solves.id))
    .for('update');
}

export async function stagesOf(db: Db, id: Id<'solve'>): Promise<Pick<StageRow, 'key' | 'run'>[]> {
  return db
    .select({ key: solveStages.key, run: solveStages.run })
    .from(solveStages)
    .where(eq(solveStages.solveId, id))
    .orderBy(asc(solveStages.createdAt), asc(solveStages.key));
}

export async function transcriptsOf(
  db: Db,
  id: Id<'solve'>,
  key?: string,
): Promise<{ key: string; parts: MessagePart[] }[]> {
  return db
    .select({ key: solveStages.key, parts: solveStages.parts })
    .from(solveStages)
    .where(and(eq(solveStages.solveId, id), key === undefined ? undefined : eq(solveStages.key, key)))
    .orderBy(asc(solveStages.createdAt), asc(solveStages.key));
}

export async function saveStage(
  db: Db,
  row: Pick<StageRow, 'solveId' | 'projectId' | 'key' | 'createdAt'> & {
    readonly run?: StageRun;
    readonly parts?: MessagePart[];
  },
): Promise<void> {
  const { run, parts } = row;
  await db
    .insert(solveStages)
    .values(row)
    .onConflictDoUpdate({
      target: [solveStages.solveId, solveStages.key],
      set: { ...(run === undefined ? {} : { run }), ...(parts === undefined ? {} : { parts }) },
    });
}

export async function insertNote(db: Db, row: Omit<NoteRow, 'number' | 'heardBy'>): Promise<void> {
  const [last] = await db
    .select({ number: max(solveNotes.number) })
    .from(solveNotes)
    .where(eq(solveNotes.solveId, row.solveId));
  await db.insert(solveNotes).values({ ...row, number: (last?.number ?? 0) + 1 });
}

export async function notesOf(db: Db, id: Id<'solve'>): Promise<NoteRow[]> {
  return db.select().from(solveNotes).where(eq(solveNotes.solveId, id)).orderBy(asc(solveNotes.number));
}

export async function saveHeard(db: Db, { solveId, number }: NoteRow, heardBy: readonly HeardBy[]): Promise<void> {
  await db
    .update(solveNotes)
    .set({ heardBy })
    .where(and(eq(solveNotes.solveId, solveId), eq(solveNotes.number, number)));
}

/**
 * Whether somebody has said something that this call may have to be told. Undefined when there is no such solve, or the person may not see it. It is asked
 * before every call of a model, and says yes rather than no.
 */
export async function mayHaveToHear(
  database: Pick<Database, 'askAsUser'>,
  userId: Id<'user'>,
  { projectId, id }: Pick<SolveRow, 'projectId' | 'id'>,
  { key, number }: HeardBy,
): Promise<boolean | undefined> {
  const [row] = await database.askAsUser<{ waits: boolean }>(
    userId,
    sql`select exists (
        select from solve_notes n where n.solve_id = s.id and (n.heard_by is null or not n.heard_by @> ${JSON.stringify([{ key }])}::jsonb
          or n.heard_by @> ${JSON.stringify([{ key, number }])}::jsonb)
      ) as waits
      from solves s where s.project_id = ${projectId} and s.id = ${id}`,
  );
  return row?.waits;
}

export async function takenOf(db: Db, id: Id<'solve'>): Promise<Record<string, string | null>> {
  const { rows } = await db.execute<TakenRow>(takenFiles(id));
  return toTaken(rows);
}

/** The same in one message to the database: before every round of tools. */
export async function takenNow(
  database: Pick<Database, 'askAsUser'>,
  userId: Id<'user'>,
  id: Id<'solve'>,
): Promise<Record<string, string | null>> {
  return toTaken(await database.askAsUser<TakenRow>(userId, takenFiles(id)));
}

type TakenRow = { readonly path: string; readonly content: string | null };

function takenFiles(id: Id<'solve'>): SQL {
  return sql`select path, content from solve_taken where solve_id = ${id} order by path`;
}

function toTaken(rows: readonly TakenRow[]): Record<string, string | null> {
  return Object.fromEntries(rows.map(({ path, content }) => [path, content]));
}

export async function saveTaken(db: Db, row: typeof solveTaken.$inferInsert): Promise<void> {
  await db
    .insert(solveTaken)
    .values(row)
    .onConflictDoUpdate({ target: [solveTaken.solveId, solveTaken.path], set: { content: row.content ?? null } });
}

export async function copyTaken(db: Db, from: Id<'solve'>, to: Id<'solve'>): Promise<void> {
  await db.execute(sql`
    insert into solve_taken (solve_id, project_id, path, content)
    select ${to}, project_id, path, content from solve_taken where solve_id = ${from}`);
}

export async function settingsOf(db: Db, projectId: Id<'project'>): Promise<SolverSettings | undefined> {
  const [row] = await db.select().from(solverSettings).where(eq(solverSettings.projectId, projectId));
  return row?.settings;
}

export async function saveSettings(db: Db, projectId: Id<'project'>, settings: SolverSettings): Promise<void> {
  await db
    .insert(solverSettings)
    .values({ projectId, settings })
    .onConflictDoUpdate({ target: solverSettings.projectId, set: { settings } });
}

export async function findingsOf(db: Db, projectId: Id<'project'>): Promise<FindingsRow | undefined> {
  const [row] = await db.select().from(solverFindings).where(eq(solverFindings.projectId, projectId));
  return row;
}

export async function saveFindings(db: Db, row: FindingsRow): Promise<void> {
  await db.insert(solverFindings).values(row).onConflictDoUpdate({ target: solverFindings.projectId, set: row });
}

export interface Tally {
  readonly outcome: SolveOutcome | null;
  readonly status: SolveStatus;
  readonly count: number;
}

export async function tallyOf(db: Db, projectId: Id<'project'>): Promise<Tally[]> {
  return db
    .select({ outcome: solves.outcome, status: solves.status, count: count() })
    .from(solves)
    .where(eq(solves.projectId, projectId))
    .groupBy(solves.outcome, solves.status);
}

export type Totals = Readonly<Record<(typeof totalNames)[number], number | null>>;
const totalNames = [
  'openPulls',
  'mergedPulls',
  'closedPulls',
  'edits',
  'additions',
  'deletions',
  'steps',
  'costMicros',
  'unpricedSolves',
  'passed',
  'failed',
  'skipped',
  'medianMs',
  'totalMs',
] as const;

/** Sums over all solves of a project. Pull requests count once, however many solves went into one. */
export async function totalsOf(db: Db, projectId: Id<'project'>): Promise<Totals> {
  const { rows } = await db.execute<Record<string, string | null>>(sql`
    with own as (select * from solves where project_id = ${projectId}),
      pulls as (select distinct on (pull_request ->> 'number') pull_request ->> 'state' as state from own
        where pull_request is not null order by pull_request ->> 'number', id desc),
      lasted as (select extract(epoch from finished_at - started_at) * 1000 as ms from own
        where finished_at is not null and started_at is not null)
    select (select count(*) from pulls where state = 'open') as "openPulls",
      (select count(*) from pulls where state = 'merged') as "mergedPulls",
      (select count(*) from pulls where state = 'closed') as "closedPulls",
      (select coalesce(sum(jsonb_array_length(changed)), 0) from own) as "edits",
      (select coalesce(sum(additions), 0) from own) as "additions",
      (select coalesce(sum(deletions), 0) from own) as "deletions",
      (select coalesce(sum(steps), 0) from own) as "steps",
      (select coalesce(sum(cost_micros), 0) from own) as "costMicros",
      (select count(*) from own where has_unpriced_calls) as "unpricedSolves",
      (select coalesce(sum((tests ->> 'passed')::int), 0) from own) as "passed",
      (select coalesce(sum((tests ->> 'failed')::int), 0) from own) as "failed",
      (select coalesce(sum((tests ->> 'skipped')::int), 0) from own) as "skipped",
      (select round(percentile_cont(0.5) within group (order by ms)) from lasted) as "medianMs",
      (select coalesce(round(sum(ms)), 0) from lasted) as "totalMs"`);
  const [row] = rows;
  const number = (name: string) => {
    const value = row?.[name] ?? null;
    return value === null ? null : Number(value);
  };
  return Object.fromEntries(totalNames.map((name) => [name, number(name)])) as Totals;
}

function isOne(projectId: Id<'project'>, id: Id<'solve'>): SQL | undefined {
  return and(eq(solves.projectId, projectId), eq(solves.id, id));
}
