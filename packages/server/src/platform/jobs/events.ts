import type { Id } from '@yudai/contract';
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { Db } from '#platform/db/index.ts';
import { type StepRow, toStep } from '#platform/jobs/step-store.ts';
import { type JobRow, positionsOf, toJob } from '#platform/jobs/store.ts';
import type { Live } from '#platform/live/index.ts';

/** Says that a job was made or moved: `status` to who watches it, `job_update` to its project and its owner. */
export async function announceStatus(db: Db, live: Live, row: JobRow): Promise<void> {
  const positions = row.status === 'queued' ? await positionsOf(db, [row]) : undefined;
  const job = toJob(row, positions?.get(row.id) ?? null);
  await live.append(db, row, `job:${row.id}`, { type: 'status', data: job });
  if (row.projectId !== null) await live.append(db, row, `project:${row.projectId}`, { type: 'job_update', data: job });
  await live.append(db, { ownerId: row.ownerId }, `user:${row.ownerId}`, { type: 'job_update', data: job });
}

/** Says how a job ended: `result` or `error`, and then its last `status`, which closes the feed. */
export async function announceEnd(db: Db, live: Live, row: JobRow): Promise<void> {
  const topic = `job:${row.id}`;
  if (row.status === 'completed') await live.append(db, row, topic, { type: 'result', data: toJob(row) });
  if (row.status === 'failed' && row.error !== null) {
    await live.append(db, row, topic, { type: 'error', data: { jobId: row.id, ...row.error } });
  }
  await announceStatus(db, live, row);
}

export async function announceStep(db: Db, live: Live, job: JobRow, step: StepRow): Promise<void> {
  await live.append(db, job, `job:${job.id}`, {
    type: 'step',
    data: { jobId: step.jobId, ...toStep(step) },
  });
}

/** The channel on which nodes tell each other about jobs. A message may be lost: every node also looks by itself. */
export const jobsChannel = 'yudai_jobs';

const notice = z.object({ about: z.enum(['queue', 'cancel']), jobId: z.string() });

/** Tells all nodes, once the transaction has committed, that there is something in the queue or something to cancel. */
export async function notifyNodes(db: Db, about: 'queue' | 'cancel', jobId: Id<'job'>): Promise<void> {
  await db.execute(sql`select pg_notify(${jobsChannel}, ${JSON.stringify({ about, jobId })})`);
}

/** Reads a message of the channel; undefined when it is not one of ours. */
export function parseNotice(payload: string): z.infer<typeof notice> | undefined {
  try {
    return notice.safeParse(JSON.parse(payload)).data;
  } catch {
    // Not JSON, so not from us.
    return undefined;
  }
}
