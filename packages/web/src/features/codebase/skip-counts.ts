import { skipReasons } from '@yudai/contract';
import type { Analysis, SkipReason } from '@yudai/contract';

/** How many files the newest finished run left out, for each reason that it met; null before one has finished. */
export function skipCounts(
  runs: readonly Pick<Analysis, 'status' | 'summary'>[],
): { total: number; reasons: { reason: SkipReason; count: number }[] } | null {
  const summary = runs.find((run) => run.status === 'completed' && run.summary !== null)?.summary;
  if (summary === null || summary === undefined) return null;
  const reasons = skipReasons
    .map((reason) => ({ reason, count: summary.skipped[reason] ?? 0 }))
    .filter(({ count }) => count > 0);
  return { total: reasons.reduce((sum, { count }) => sum + count, 0), reasons };
}
