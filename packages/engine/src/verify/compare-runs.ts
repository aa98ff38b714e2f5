import { type TestResult, type TestRun, isFailing } from '#verify/test-run.ts';

export interface Comparison {
  /** Failing now; they passed, were skipped or did not exist before. */
  readonly newFailures: readonly TestResult[];
  /** Newly failing at first, passed when they were run again on the same files: no change did that. Null when nothing was run again. */
  readonly unsteady: readonly TestResult[] | null;
  readonly stillFailing: readonly TestResult[];
  /** Failing before, passed now. */
  readonly fixed: readonly TestResult[];
  /** Passed now, did not exist before. */
  readonly added: readonly TestResult[];
  /** Passed or failing before, skipped now. */
  readonly silenced: readonly TestResult[];
  /** Passed or failing before, not in the report now: they are named as they were. */
  readonly vanished: readonly TestResult[];
  /** No new failure, nothing silenced or vanished, and both reports are believed. */
  readonly isClean: boolean;
}

/** What a change did to the tests. Without a run before it (null), every failure is new. `again` is a second run of the change, if there was one. */
export function compareRuns(before: TestRun | null, after: TestRun, again: TestRun | null = null): Comparison {
  const old = new Map(asNamedIn(after, before?.results ?? []).map((result) => [result.id, result]));
  const now = new Set(after.results.map(({ id }) => id));
  const failing = after.results.filter(({ outcome }) => isFailing(outcome));
  const passed = after.results.filter(({ outcome }) => outcome === 'passed');
  const didFail = ({ id }: TestResult) => isFailing(old.get(id)?.outcome ?? 'passed');
  const didRun = (result: TestResult | undefined) => result !== undefined && result.outcome !== 'skipped';

  const passedAgain = new Set(again?.results.filter(({ outcome }) => outcome === 'passed').map(({ id }) => id));
  const isUnsteady = ({ id }: TestResult) => old.get(id)?.outcome === 'passed' && passedAgain.has(id);
  const failures = failing.filter((result) => !didFail(result));
  const newFailures = failures.filter((result) => !isUnsteady(result));
  const silenced = after.results.filter(({ id, outcome }) => outcome === 'skipped' && didRun(old.get(id)));
  const vanished = [...old.values()].filter((result) => didRun(result) && !result.isWhole && !now.has(result.id));
  const problems = [...(before?.problems ?? []), ...after.problems, ...(again?.problems ?? [])];
  return {
    newFailures,
    unsteady: again === null ? null : failures.filter(isUnsteady),
    stillFailing: failing.filter(didFail),
    fixed: passed.filter(didFail),
    added: passed.filter(({ id }) => !old.has(id)),
    silenced,
    vanished,
    isClean: newFailures.length + silenced.length + vanished.length + problems.length === 0,
  };
}

/**
 * Whether all that is new are failures of tests that passed before: that may be chance, and a second run tells. Not while anything else speaks against the
 * change.
 */
export function mayBeChance(before: TestRun | null, { newFailures, silenced, vanished }: Comparison): boolean {
  const passed = new Set(before?.results.filter(({ outcome }) => outcome === 'passed').map(({ id }) => id));
  return (
    newFailures.length > 0 && silenced.length + vanished.length === 0 && newFailures.every(({ id }) => passed.has(id))
  );
}

/**
 * The tests of the run before under the names that they have after it. ava names a test by its file too as soon as there is a second one: then all
 * names are longer at once, and none has vanished. One that is still named as before says that nothing of this kind happened.
 */
function asNamedIn(after: TestRun, before: readonly TestResult[]): readonly TestResult[] {
  const ids = new Set(after.results.map(({ id }) => id));
  if (before.some(({ id, file }) => file !== null || ids.has(id))) return before;
  return before.map((result) => {
    const fitting = after.results.filter(({ id }) => id.endsWith(` › ${result.id}`));
    const [only] = fitting;
    return only === undefined || fitting.length > 1 ? result : { ...result, id: only.id };
  });
}
