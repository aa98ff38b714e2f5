import { and, inArray, isNull, lt } from 'drizzle-orm';
import type { Id } from '@yudai/contract';
import type { Database, Db } from '#platform/db/index.ts';
import type { Engine } from '#platform/jobs/engine.ts';
import { jobQuestions, jobs, jobSteps } from '#platform/jobs/schema.ts';
import type { JobsSettings } from '#platform/jobs/settings.ts';

const batch = 200;

/** Throws away what finished jobs no longer need: first results, steps and the journal, later the row. */
export async function pruneJobs(database: Database, engine: Engine, settings: JobsSettings, now: Date): Promise<void> {
  for (;;) {
    const ids = await database.asSystem((db) =>
      pruneResults(db, new Date(now.getTime() - settings.resultsKeptMs), now),
    );
    // After the commit: a journal that stays behind is small and harmless, a job without one could not go on.
    await engine.forget(ids);
    if (ids.length < batch) break;
  }
  await database.asSystem((db) =>
    db.delete(jobs).where(lt(jobs.finishedAt, new Date(now.getTime() - settings.rowsKeptMs))),
  );
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
