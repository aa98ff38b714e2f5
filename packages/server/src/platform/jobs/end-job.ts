import type { Failure, Id } from '@yudai/contract';
import type { Clock } from '#kernel/clock.ts';
import type { Database, Db } from '#platform/db/index.ts';
import type { JobDefinition } from '#platform/jobs/definition.ts';
import { announceEnd, announceStep, notifyNodes } from '#platform/jobs/events.ts';
import { endSteps } from '#platform/jobs/step-store.ts';
import { type JobRow, moveJob, toJob } from '#platform/jobs/store.ts';
import type { Live } from '#platform/live/index.ts';
import type { Logger } from 'pino';

/** What every part of the jobs works with. */
export interface JobParts {
  readonly database: Database;
  readonly live: Live;
  readonly clock: Clock;
  readonly log: Logger;
  readonly nodeId: string;
  readonly definitions: ReadonlyMap<string, JobDefinition<unknown>>;
}

export type Outcome =
  | { readonly status: 'completed'; readonly result: Record<string, unknown> }
  | { readonly status: 'failed'; readonly error: Failure }
  | { readonly status: 'cancelled' };

/**
 * Ends a job in this transaction: its row, its steps in flight, what its kind does at the end, and the news of it. Returns
 * undefined, having changed nothing, when the job had already ended or another run holds it.
 */
export async function endJob(
  db: Db,
  parts: JobParts,
  id: Id<'job'>,
  outcome: Outcome,
  options: { readonly token?: string; readonly withoutOnEnd?: boolean } = {},
): Promise<JobRow | undefined> {
  const now = parts.clock.now();
  const row = await moveJob(db, id, outcome.status, {
    now,
    ...(options.token === undefined ? {} : { token: options.token }),
    changes: changesOf(outcome),
  });
  if (row === undefined) return undefined;
  const steps = await endSteps(db, id, outcome.status === 'failed' ? 'failed' : 'cancelled', now);
  for (const step of steps) await announceStep(db, parts.live, row, step);
  if (options.withoutOnEnd !== true) await parts.definitions.get(row.kind)?.onEnd?.(db, toJob(row));
  await announceEnd(db, parts.live, row);
  await notifyNodes(db, 'queue', id);
  return row;
}

function changesOf(outcome: Outcome): Parameters<typeof moveJob>[3]['changes'] & object {
  switch (outcome.status) {
    case 'completed':
      return { result: outcome.result, progress: 100 };
    case 'failed':
      return { error: outcome.error };
    case 'cancelled':
      return { cancelRequested: true };
  }
}
