import { jobStatuses } from '@yudai/contract';
import { and, eq, inArray, isNotNull, isNull, ne, not, or, sql } from 'drizzle-orm';
import { type Db, isLiving } from '#platform/db/index.ts';
import { isFinished } from '#platform/jobs/job-states.ts';
import { jobs, nodes } from '#platform/jobs/schema.ts';
import type { JobsSettings } from '#platform/jobs/settings.ts';
import { type JobRow, moveJob } from '#platform/jobs/store.ts';

/** Says that this node lives. Times come from the database, so that clocks of nodes may differ. */
export async function beat(db: Db, nodeId: string): Promise<void> {
  await db
    .insert(nodes)
    .values({ id: nodeId })
    .onConflictDoUpdate({ target: nodes.id, set: { seenAt: sql`clock_timestamp()` } });
}

/** Says that this node begins anew. */
export async function enter(db: Db, nodeId: string): Promise<void> {
  await db
    .insert(nodes)
    .values({ id: nodeId })
    .onConflictDoUpdate({ target: nodes.id, set: { startedAt: sql`now()`, seenAt: sql`now()` } });
}

export async function leave(db: Db, nodeId: string): Promise<void> {
  await db.delete(nodes).where(eq(nodes.id, nodeId));
}

/** The jobs that dead nodes left behind. */
export interface Reaped {
  /** In the queue again. */
  readonly requeued: readonly JobRow[];
  /** They were to be cancelled, and nobody is left to do it. */
  readonly toCancel: readonly JobRow[];
}

/**
 * Forgets nodes that have not been seen for `deadAfterMs`, or whose process has ended and that missed one beat: a process that lives, but
 * lost its connection for a moment, still beats. Then lets go of every job whose node has no row: what ran stands in the queue again, what
 * waited waits for any node. Sweeping by rows, not by deaths, loses nothing when a reaper dies itself.
 */
export async function reapNodes(
  db: Db,
  nodeId: string,
  { deadAfterMs, heartbeatMs }: Pick<JobsSettings, 'deadAfterMs' | 'heartbeatMs'>,
  now: Date,
): Promise<Reaped> {
  const unseenFor = (ms: number) => sql`${nodes.seenAt} < clock_timestamp() - make_interval(secs => ${ms / 1000})`;
  const isGone = and(unseenFor(heartbeatMs * 1.5), not(isLiving(nodes.id)));
  await db.delete(nodes).where(and(ne(nodes.id, nodeId), or(unseenFor(deadAfterMs), isGone)));
  const orphans = await db
    .select({ job: jobs })
    .from(jobs)
    .leftJoin(nodes, eq(nodes.id, jobs.nodeId))
    .where(and(isNotNull(jobs.nodeId), isNull(nodes.id), inArray(jobs.status, unfinished)))
    .for('update', { of: jobs, skipLocked: true });
  return await release(
    db,
    orphans.map(({ job }) => job),
    now,
  );
}

/** Lets go of everything that this node holds, because it stops. */
export async function releaseJobs(db: Db, nodeId: string, now: Date): Promise<readonly JobRow[]> {
  const held = await db
    .select()
    .from(jobs)
    .where(and(eq(jobs.nodeId, nodeId), inArray(jobs.status, unfinished)))
    .for('update');
  return (await release(db, held, now)).requeued;
}

const unfinished = jobStatuses.filter((status) => !isFinished(status));

async function release(db: Db, held: readonly JobRow[], now: Date): Promise<Reaped> {
  const requeued: JobRow[] = [];
  const toCancel: JobRow[] = [];
  for (const job of held) {
    if (job.status !== 'running') {
      await db.update(jobs).set({ nodeId: null, runToken: null }).where(eq(jobs.id, job.id));
      continue;
    }
    const row = await moveJob(db, job.id, 'queued', { now, changes: { nodeId: null, runToken: null } });
    if (row !== undefined) (row.cancelRequested ? toCancel : requeued).push(row);
  }
  return { requeued, toCancel };
}
