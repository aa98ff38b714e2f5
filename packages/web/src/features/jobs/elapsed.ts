import type { Job } from '@yudai/contract';

/** Milliseconds that a job or step has run: until its end, or until `now`. */
export function elapsedMs(work: Pick<Job, 'startedAt' | 'finishedAt'>, now: number): number {
  if (work.startedAt === null) return 0;
  const end = work.finishedAt === null ? now : new Date(work.finishedAt).getTime();
  return Math.max(0, end - new Date(work.startedAt).getTime());
}
