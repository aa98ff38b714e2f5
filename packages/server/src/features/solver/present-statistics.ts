import type { SolveOutcome, SolveStatistics } from '@yudai/contract';
import type { Tally, Totals } from './store.ts';

/** Counted from the rows alone. Who waits for a slot is told by the jobs. */
export function toStatistics(
  tally: readonly Tally[],
  totals: Totals,
  open: { readonly running: number; readonly queued: number },
): SolveStatistics {
  const ended = (outcome: SolveOutcome) =>
    tally.filter((row) => row.outcome === outcome).reduce((sum, { count }) => sum + count, 0);
  const byOutcome = {
    solved: ended('solved'),
    unsolved: ended('unsolved'),
    needs_input: ended('needs_input'),
    cancelled: ended('cancelled'),
    failed: ended('failed'),
  };
  const judged = byOutcome.solved + byOutcome.unsolved;
  const of = (name: keyof Totals) => totals[name] ?? 0;
  return {
    total: tally.reduce((sum, { count }) => sum + count, 0),
    byOutcome,
    ...open,
    solvedPercent: judged === 0 ? null : Math.round((1000 * byOutcome.solved) / judged) / 10,
    pullRequests: { open: of('openPulls'), merged: of('mergedPulls'), closed: of('closedPulls') },
    edits: of('edits'),
    additions: of('additions'),
    deletions: of('deletions'),
    steps: of('steps'),
    costMicros: of('costMicros'),
    unpricedSolves: of('unpricedSolves'),
    tests: { passed: of('passed'), failed: of('failed'), skipped: of('skipped') },
    durationMs: { median: totals.medianMs, total: of('totalMs') },
  };
}
