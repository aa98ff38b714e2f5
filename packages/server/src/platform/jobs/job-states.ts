import { type JobStatus, jobStatuses } from '@yudai/contract';

/**
 * The only moves a job may make. A job that was answered, handed back or taken over stands in the queue again, so that a
 * slot is counted exactly once: while the status is `running`.
 */
const moves: Record<JobStatus, readonly JobStatus[]> = {
  queued: ['running', 'failed', 'cancelled'],
  running: ['queued', 'waiting_for_input', 'completed', 'failed', 'cancelled'],
  waiting_for_input: ['queued', 'failed', 'cancelled'],
  completed: [],
  failed: [],
  cancelled: [],
};

/** Whether a job may go from one status to the other. */
export function mayMove(from: JobStatus, to: JobStatus): boolean {
  return moves[from].includes(to);
}

/** The statuses from which a job may come to this one: the guard of every update that moves a job. */
export function sourcesOf(to: JobStatus): JobStatus[] {
  return jobStatuses.filter((from) => mayMove(from, to));
}

/** Completed, failed and cancelled are for ever. */
export function isFinished(status: JobStatus): boolean {
  return moves[status].length === 0;
}

/** What a move writes besides the status. `finishedAt` and `startedAt` are set once, by the first move that earns them. */
export interface Stamps {
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
}

/** The time stamps that coming to this status leaves on the row. */
export function stampsOf(to: JobStatus, now: Date): Stamps {
  if (to === 'running') return { startedAt: now };
  return isFinished(to) ? { finishedAt: now } : {};
}
