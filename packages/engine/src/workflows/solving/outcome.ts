import type { SolveAttempt } from '@yudai/contract';
import { type Comparison, type CriterionResult, type TestEvidence, verdictOf } from '#verify/index.ts';
import { amount } from '#workflows/solving/amount.ts';

export interface AttemptFacts {
  readonly criteria: readonly CriterionResult[];
  /** Null when no report of the tests could be read after the change. */
  readonly comparison: Comparison | null;
  readonly after: readonly TestEvidence[];
  /** Nothing differs from the base. */
  readonly isEmpty: boolean;
  /** Why the coder itself says that it is not done. */
  readonly unfinished: string | null;
}

/**
 * Whether an attempt solves its issue, and why not. Solved is what the records of the fresh box show: tests ran and are believed, none of them
 * fails newly or is gone, every criterion that can be checked passed, and at least one did.
 */
export function judgeAttempt(facts: AttemptFacts): Pick<SolveAttempt, 'outcome' | 'reason'> {
  const against = reasonsAgainst(facts);
  if (against.length > 0) return { outcome: 'unsolved', reason: against.join(' ') };
  const shown = facts.criteria.filter(({ result }) => result === 'passed').length;
  const open = facts.criteria.length - shown;
  const rest = open === 0 ? '' : ` ${open} cannot be checked by running something.`;
  const unsteady = facts.comparison?.unsteady?.length ?? 0;
  const chance =
    unsteady === 0
      ? ''
      : ` ${amount(unsteady, 'test', 'tests')} failed at first and passed when run again on the same files.`;
  return {
    outcome: 'solved',
    reason: `${shown} of ${amount(facts.criteria.length, 'criterion', 'criteria')} passed in a fresh box.${rest}${chance}`,
  };
}

function reasonsAgainst({ criteria, comparison, after, isEmpty, unfinished }: AttemptFacts): string[] {
  if (isEmpty) return [`Nothing was changed.${unfinished === null ? '' : ` ${unfinished}`}`];
  const checks = criteria.flatMap((criterion) => criterion.checks.map((check) => ({ criterion, check })));
  const runnable = checks.filter(({ check }) => check.claim.kind !== 'review');
  const failed = runnable.filter(({ check }) => check.result !== 'passed');
  const reasons = [
    ...failed.map(({ criterion, check }) => `${criterion.id} is not shown: ${check.reason}`),
    ...(runnable.length === 0 ? ['Nothing that can be run shows that the issue is solved.'] : []),
    ...testsAgainst(comparison, after),
  ];
  // That a coder gave up says nothing where everything is shown all the same.
  return reasons.length > 0 && unfinished !== null ? [unfinished, ...reasons] : reasons;
}

function testsAgainst(comparison: Comparison | null, after: readonly TestEvidence[]): string[] {
  if (comparison === null) return [after[0] === undefined ? 'No tests could be run.' : verdictOf(after[0]).reason];
  const { newFailures, silenced, vanished, isClean } = comparison;
  const many = (count: number, one: string, more: string) =>
    count === 0 ? [] : [count === 1 ? `1 test ${one}.` : `${count} tests ${more}.`];
  const reasons = [
    ...many(newFailures.length, 'fails that did not before', 'fail that did not before'),
    ...many(silenced.length, 'is skipped that ran before', 'are skipped that ran before'),
    ...many(vanished.length, 'that ran before is gone', 'that ran before are gone'),
  ];
  if (reasons.length > 0 || isClean) return reasons;
  const problem = after.flatMap(({ testRun }) => testRun?.problems ?? [])[0];
  return [problem ?? 'What the tests reported before the change is not to be believed.'];
}
