import type { SolveAttempt } from '@yudai/contract';

/** What of an attempt is not in its row: whether linters and compilers are content with it. */
export interface ComparedAttempt {
  readonly result: SolveAttempt;
  /** Linters, compilers and builds that do not pass. */
  readonly complaints: number;
}

/**
 * The best of several attempts by what ran: solved ones first, then fewer tests that fail newly, more criteria that passed, fewer complaints of linters and
 * compilers, the smaller change, and the earlier number. Who was done first does not count. Null without any.
 */
export function chooseAttempt(attempts: readonly ComparedAttempt[]): number | null {
  const [best] = attempts.toSorted((a, b) => compare(ranksOf(a), ranksOf(b)));
  return best?.result.attempt ?? null;
}

/** Smaller is better, the first that differs decides. */
function ranksOf({ result, complaints }: ComparedAttempt): number[] {
  const { tests, criteria } = result;
  return [
    result.outcome === 'solved' ? 0 : 1,
    result.files === 0 ? 1 : 0,
    tests === null ? Infinity : tests.newFailures.length + tests.silenced.length + tests.vanished.length,
    -criteria.filter((one) => one.result === 'passed').length,
    complaints,
    result.additions + result.deletions,
    result.attempt,
  ];
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [at, rank] of a.entries()) {
    const other = b[at] ?? 0;
    if (rank !== other) return rank - other;
  }
  return 0;
}
