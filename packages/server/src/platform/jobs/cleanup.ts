import { and, inArray, isNotNull, isNull, lt } from 'drizzle-orm';
import type { Id } from '@yudai/contract';
import type { Database, Db } from '#platform/db/index.ts';
import type { Live } from '#platform/live/index.ts';
import type { Engine } from '#platform/jobs/engine.ts';
import { jobQuestions, jobs, jobSteps } from '#platform/jobs/schema.ts';
import type { JobsSettings } from '#platform/jobs/settings.ts';

const batch = 200;

interface CleanupDeps {
  readonly database: Database;
  readonly live: Pick<Live, 'remove'>;
  readonly engine: Pick<Engine, 'forget'>;
  readonly settings: Pick<JobsSettings, 'resultsKeptMs' | 'rowsKeptMs'>;
}

/** Throws away what finished jobs no longer need: first results, steps and the journal, later the row and its feed. */
export async function pruneJobs({ database, live, engine, settings }: CleanupDeps, now: Date): Promise<void> {
  for (;;) {
    const ids = await database.asSystem((db) =>
      pruneResults(db, new Date(now.getTime() - settings.resultsKeptMs), now),
    );
    // After the commit: a journal that stays behind is small and harmless, a job without one could not go on.
    await engine.forget(ids);
    if (ids.length < batch) break;
  }
  for (let deleted = batch; deleted === batch;) {
    deleted = await database.asSystem((db) => pruneRows(db, live, new Date(now.getTime() - settings.rowsKeptMs)));
  }
}

async function pruneRows(db: Db, live: CleanupDeps['live'], before: Date): Promise<number> {
  // Only what was pruned before: a row that goes first would leave its journal behind for good.
  const old = db
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(lt(jobs.finishedAt, before), isNotNull(jobs.prunedAt)))
    .limit(batch);
  const deleted = await db.delete(jobs).where(inArray(jobs.id, old)).returning({ id: jobs.id });
  if (deleted.length > 0)
    await live.remove(
      db,
      deleted.map(({ id }) => `job:${id}`),
    );
  return deleted.length;
}

async function pruneResults(db: Db, before: Date, now: Date): Promise<Id<'job'>[]> {
  const old = await db
    .select({ id: jobs.id })
    .from(jobs)
    .where(and(lt(jobs.finishedAt, before), isNull(jobs.prunedAt)))
    .orderBy(jobs.finishedAt)
    .limit(batch)
    .for('update', { skipLocked: true });
  const ids = old.map((row) => row.id);
  if (ids.length === 0) return ids;
  await db.delete(jobSteps).where(inArray(jobSteps.jobId, ids));
  await db.delete(jobQuestions).where(inArray(jobQuestions.jobId, ids));
  await db.update(jobs).set({ result: null, prunedAt: now }).where(inArray(jobs.id, ids));
  return ids;
}
