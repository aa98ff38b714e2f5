import type { SolverHealth } from '@yudai/contract';
import { formatNoun } from '#lib/format.ts';

/** `2 of 3 running; yours begins at once.`: what the limits mean for one more solve. */
export function slotsOf({ running, queued, limits }: Pick<SolverHealth, 'running' | 'queued' | 'limits'>): string {
  const free = limits.concurrent - running;
  const busy = `${running} of ${formatNoun(limits.concurrent, 'solve')} running`;
  if (free > queued) return `${busy}; yours begins at once.`;
  return `${busy}; yours will be ${ordinal(queued + 1)} in the queue.`;
}

function ordinal(place: number): string {
  const tens = place % 100;
  const suffix = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][place % 10] ?? 'th');
  return `${place}${suffix}`;
}
