import { and, count, desc, eq, inArray, lt, or, type SQL, sql } from 'drizzle-orm';
import { type Id, type Job, type JobKind, type JobStatus, jobStatuses } from '@yudai/contract';
import type { Db } from '#platform/db/index.ts';
import { isFinished, sourcesOf, stampsOf } from '#platform/jobs/job-states.ts';
import { jobQuestions, jobs } from '#platform/jobs/schema.ts';

export type JobRow = typeof jobs.$inferSelect;
export type QuestionRow = typeof jobQuestions.$inferSelect;

export async function insertJob(db: Db, values: typeof jobs.$inferInsert): Promise<JobRow> {
  const [row] = await db.insert(jobs).values(values).returning();
  if (row === undefined) throw new Error('A job was inserted without a row.');
  return row;
}

export async function jobOf(db: Db, id: Id<'job'>): Promise<JobRow | undefined> {
  const [row] = await db.select().from(jobs).where(eq(jobs.id, id));
  return row;
}

export async function jobsOf(db: Db, ids: readonly Id<'job'>[]): Promise<JobRow[]> {
  if (ids.length === 0) return [];
  return await db
    .select()
    .from(jobs)
    .where(inArray(jobs.id, [...ids]));
}

/** Reads a job and keeps everybody else from moving it until the transaction ends. */
export async function lockJob(db: Db, id: Id<'job'>): Promise<JobRow | undefined> {
  const [row] = await db.select().from(jobs).where(eq(jobs.id, id)).for('update');
  return row;
}

export interface Move {
  readonly now: Date;
  readonly changes?: Partial<typeof jobs.$inferInsert>;
  /** When given, only the run that holds the job may move it. */
  readonly token?: string;
}

/**
 * The one place where a status changes: only along an allowed move, with its time stamps. Returns the row, or undefined when
 * the job was not in a status that may come here, or is held by another run.
 */
export async function moveJob(db: Db, id: Id<'job'>, to: JobStatus, move: Move): Promise<JobRow | undefined> {
  const stamps = stampsOf(to, move.now);
  const [row] = await db
    .update(jobs)
    .set({
      ...(to === 'waiting_for_input' ? {} : { questions: null, questionKey: null }),
      ...(to === 'running' ? {} : { deadlineAt: null }),
      ...(isFinished(to) ? { nodeId: null, runToken: null } : {}),
      ...move.changes,
      status: to,
      ...(stamps.startedAt === undefined
        ? {}
        : { startedAt: sql`coalesce(${jobs.startedAt}, ${stamps.startedAt.toISOString()})` }),
      ...(stamps.finishedAt === undefined ? {} : { finishedAt: stamps.finishedAt }),
    })
    .where(and(eq(jobs.id, id), inArray(jobs.status, sourcesOf(to)), heldBy(move.token)))
    .returning();
  return row;
}

/** Changes a job without moving it. Returns undefined when the run no longer holds it. */
export async function changeJob(
  db: Db,
  id: Id<'job'>,
  token: string | undefined,
  changes: { [K in keyof JobRow]?: JobRow[K] | SQL },
): Promise<JobRow | undefined> {
  const [row] = await db
    .update(jobs)
    .set(changes)
    .where(and(eq(jobs.id, id), heldBy(token)))
    .returning();
  return row;
}

function heldBy(token: string | undefined): SQL | undefined {
  return token === undefined ? undefined : eq(jobs.runToken, token);
}

/** How many jobs of a person have not ended; counting stops at `limit`. */
export async function openOfOwner(db: Db, ownerId: Id<'user'>, limit: number): Promise<number> {
  const some = db
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(eq(jobs.ownerId, ownerId), inArray(jobs.status, open)))
    .limit(limit)
    .as('some');
  const [row] = await db.select({ n: count() }).from(some);
  return row?.n ?? 0;
}

const open = jobStatuses.filter((status) => !isFinished(status));

/** Whether a job of these kinds is in the queue or held by a node, be it dead. */
export async function hasUndone(db: Db, kinds: readonly JobKind[]): Promise<boolean> {
  const [row] = await db
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(inArray(jobs.status, ['queued', 'running']), inArray(jobs.kind, [...kinds])))
    .limit(1);
  return row !== undefined;
}

export interface JobFilter {
  /** Also those of others in the projects that this person is in. */
  readonly shared?: boolean | undefined;
  readonly projectId?: Id<'project'> | undefined;
  readonly status?: JobStatus | undefined;
  readonly kind?: JobKind | undefined;
  /** The last row of the page before. */
  readonly before?: { readonly createdAt: Date; readonly id: Id<'job'> } | undefined;
  readonly limit: number;
}

/** Jobs, newest first: those of a project for who is in it, else those of the one who asks. */
export async function listJobs(db: Db, ownerId: Id<'user'>, filter: JobFilter): Promise<JobRow[]> {
  const { before } = filter;
  return await db
    .select()
    .from(jobs)
    .where(
      and(
        filter.projectId !== undefined
          ? eq(jobs.projectId, filter.projectId)
          : filter.shared === true
            ? undefined
            : eq(jobs.ownerId, ownerId),
        filter.status === undefined ? undefined : eq(jobs.status, filter.status),
        filter.kind === undefined ? undefined : eq(jobs.kind, filter.kind),
        before === undefined
          ? undefined
          : or(lt(jobs.createdAt, before.createdAt), and(eq(jobs.createdAt, before.createdAt), lt(jobs.id, before.id))),
      ),
    )
    .orderBy(desc(jobs.createdAt), desc(jobs.id))
    .limit(filter.limit);
}

export async function questionOf(db: Db, id: Id<'job'>, key: string): Promise<QuestionRow | undefined> {
  const [row] = await db
    .select()
    .from(jobQuestions)
    .where(and(eq(jobQuestions.jobId, id), eq(jobQuestions.key, key)));
  return row;
}

export async function saveQuestion(db: Db, row: QuestionRow): Promise<void> {
  const { jobId: _jobId, key: _key, ...changes } = row;
  await db
    .insert(jobQuestions)
    .values(row)
    .onConflictDoUpdate({ target: [jobQuestions.jobId, jobQuestions.key], set: changes });
}

/** Places in the queue, from 1, of those rows that wait in it: how many of the same kind are older. */
export async function positionsOf(db: Db, rows: readonly JobRow[]): Promise<Map<Id<'job'>, number>> {
  const positions = new Map<Id<'job'>, number>();
  const kinds = new Set(rows.flatMap((row) => (row.status === 'queued' ? [row.kind] : [])));
  for (const kind of kinds) {
    const queued = await db
      .select({ id: jobs.id })
      .from(jobs)
      .where(and(eq(jobs.status, 'queued'), eq(jobs.kind, kind)))
      .orderBy(jobs.createdAt, jobs.id)
      .limit(positionLimit);
    for (const [index, job] of queued.entries()) positions.set(job.id, index + 1);
  }
  return positions;
}

/** Beyond this place a position says nothing that a person could use. */
const positionLimit = 1000;

/** A row in the words of the contract. */
export function toJob(row: JobRow, queuePosition: number | null = null): Job {
  return {
    id: row.id,
    kind: row.kind,
    title: row.title,
    ownerId: row.ownerId,
    projectId: row.projectId,
    status: row.status,
    progress: row.progress,
    message: row.message,
    queuePosition: row.status === 'queued' ? queuePosition : null,
    questions: row.questions,
    result: row.result,
    error: row.error,
    costMicros: row.costMicros,
    budgetMicros: row.budgetMicros,
    attempt: row.attempt,
    cancelRequested: row.cancelRequested,
    retryOf: row.retryOf,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
    deadlineAt: row.deadlineAt?.toISOString() ?? null,
  };
}
