import type { Id, JobDetail, LiveMessage, Topic } from '@yudai/contract';
import { and, eq, getTableColumns, sql } from 'drizzle-orm';
import type { Database, Db } from '#platform/db/index.ts';
import { jobSteps } from '#platform/jobs/schema.ts';
import { liveChannel, type SizedEvent } from '#platform/live/index.ts';

const { outcome: _outcome, ...columns } = getTableColumns(jobSteps);
/** A step without what it gave. */
export type StepRow = Omit<typeof jobSteps.$inferSelect, 'outcome'>;

export async function stepsOf(db: Db, id: Id<'job'>): Promise<StepRow[]> {
  return await db.select(columns).from(jobSteps).where(eq(jobSteps.jobId, id)).orderBy(jobSteps.number);
}

/** What a step has given; null when nothing is kept of it. */
export async function outcomeOf(
  database: Pick<Database, 'askAsSystem'>,
  id: Id<'job'>,
  name: string,
): Promise<string | null> {
  const [row] = await database.askAsSystem<{ outcome: string | null }>(
    sql`select outcome from job_steps where job_id = ${id} and name = ${name}`,
  );
  return row?.outcome ?? null;
}

export interface StepToKeep {
  readonly row: StepRow;
  readonly outcome: string | null;
  /** Proves that the run holds the job. */
  readonly token: string;
  readonly remainingMs: number;
  readonly at: Date;
}

export interface KeptStep {
  /** Whether any level of the job limits its running time. */
  readonly isTimed: boolean;
  readonly told: readonly SizedEvent[];
}

/**
 * Writes a step, its event and what is left of the job's time, in one message to the database: agents make two steps for each call of their model.
 * Undefined, with nothing changed, when the run no longer holds the job. Doing it again changes nothing. The function is of migration 0036.
 */
export async function keepStep(
  database: Pick<Database, 'askAsSystem'>,
  { row, outcome, token, remainingMs, at }: StepToKeep,
): Promise<KeptStep | undefined> {
  const message: LiveMessage = { type: 'step', data: { jobId: row.jobId, ...toStep(row) } };
  const content = JSON.stringify(message.data);
  const error = row.error === null ? null : JSON.stringify(row.error);
  const moment = (date: Date | null) => sql`${date?.toISOString() ?? null}::timestamptz`;
  const [kept] = await database.askAsSystem<{ held: boolean; seq: string | null; timed: boolean }>(sql`
    select * from yudai_keep_step(${row.jobId}, ${token}, ${remainingMs}::int, ${row.name}, ${row.number}::int, ${row.status},
      ${row.attempt}::int, ${moment(row.startedAt)}, ${moment(row.finishedAt)}, ${error}::jsonb, ${outcome}, ${liveChannel}, ${content}::jsonb,
      ${moment(at)})`);
  if (kept === undefined || !kept.held) return undefined;
  const told = kept.seq === null ? [] : [sizedEvent(`job:${row.jobId}`, Number(kept.seq), at, message, content)];
  return { isTimed: kept.timed, told };
}

function sizedEvent(topic: Topic, seq: number, at: Date, message: LiveMessage, content: string): SizedEvent {
  return { event: { topic, seq, at: at.toISOString(), ...message }, bytes: Buffer.byteLength(content) };
}

/** Marks the steps that were in flight when their job ended; returns them. */
export async function endSteps(db: Db, id: Id<'job'>, status: 'failed' | 'cancelled', now: Date): Promise<StepRow[]> {
  return await db
    .update(jobSteps)
    .set({ status, finishedAt: now })
    .where(and(eq(jobSteps.jobId, id), eq(jobSteps.status, 'running')))
    .returning(columns);
}

/** A row in the words of the contract. */
export function toStep(row: StepRow): JobDetail['steps'][number] {
  return {
    name: row.name,
    status: row.status,
    attempt: row.attempt,
    startedAt: row.startedAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    error: row.error,
  };
}
