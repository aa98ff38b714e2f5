import { expect, test } from 'vitest';
import { compareRuns, judgeCommand, judgeRun, type TestOutcome, type TestResult } from '#verify/index.ts';
import { toTestRun } from '#verify/test-run.ts';

function runOf(outcomes: Readonly<Record<string, TestOutcome>>, problems: readonly string[] = []) {
  const results = Object.entries(outcomes).map(([name, outcome]) => ({
    name,
    outcome,
    file: 'a.test.ts',
    isWhole: name === '(the file)',
  }));
  return toTestRun({ results, problems }, '');
}

const names = (results: readonly TestResult[]) => results.map(({ name }) => name);
const done = (exitCode: number | null) => ({ exitCode, finished: true });

test('a change is told by what it did to each test (H9)', () => {
  const before = runOf({ a: 'passed', b: 'failed', c: 'failed', d: 'passed', e: 'passed', f: 'skipped', g: 'failed' });
  const after = runOf({ a: 'failed', b: 'failed', c: 'passed', d: 'skipped', f: 'skipped', h: 'passed', i: 'error' });

  const comparison = compareRuns(before, after);

  expect(names(comparison.newFailures)).toEqual(['a', 'i']);
  expect(names(comparison.stillFailing)).toEqual(['b']);
  expect(names(comparison.fixed)).toEqual(['c']);
  expect(names(comparison.added)).toEqual(['h']);
  expect(names(comparison.silenced)).toEqual(['d']);
  expect(names(comparison.vanished)).toEqual(['e', 'g']);
  expect(comparison.isClean).toBe(false);
});

test('a test that vanished or was silenced is not a clean change (H9)', () => {
  const before = runOf({ a: 'passed', b: 'failed' });

  expect(compareRuns(before, runOf({ a: 'passed', b: 'passed' })).isClean).toBe(true);
  expect(compareRuns(before, runOf({ a: 'passed' })).isClean).toBe(false);
  expect(compareRuns(before, runOf({ a: 'passed', b: 'skipped' })).isClean).toBe(false);
  expect(compareRuns(before, runOf({ a: 'passed', b: 'passed' }, ['It lies.'])).isClean).toBe(false);
});

test('where a runner names all tests by their file as soon as there is a second one, none has vanished', () => {
  const named = (...ids: readonly string[]) =>
    toTestRun({ results: ids.map((name) => ({ name, outcome: 'passed', file: null })), problems: [] }, '');
  const before = named('counts', 'map');

  const comparison = compareRuns(before, named('test › counts', 'test › map', 'other › new'));

  expect(names(comparison.added)).toEqual(['other › new']);
  expect(comparison).toMatchObject({ vanished: [], isClean: true });
  expect(names(compareRuns(before, named('test › counts', 'other › new')).vanished)).toEqual(['map']);
  expect(names(compareRuns(before, named('counts', 'test › map')).vanished)).toEqual(['map']);
});

test('a file that could not be loaded and now can has not vanished', () => {
  const comparison = compareRuns(runOf({ '(the file)': 'error' }), runOf({ a: 'passed' }));

  expect(comparison).toMatchObject({ vanished: [], isClean: true });
  expect(names(comparison.added)).toEqual(['a']);
});

test('without a run before, every failure is new', () => {
  const comparison = compareRuns(null, runOf({ a: 'failed', b: 'passed' }));

  expect(names(comparison.newFailures)).toEqual(['a']);
});

test.each([
  ['a test passed', runOf({ a: 'passed' }), done(0), 'passed'],
  ['a test failed, whatever the exit code', runOf({ a: 'passed', b: 'failed' }), done(0), 'failed'],
  ['a file was not loaded', runOf({ a: 'passed', b: 'error' }), done(0), 'failed'],
  ['no test is in the report', runOf({}), done(0), 'nothing_ran'],
  ['all tests were skipped', runOf({ a: 'skipped' }), done(0), 'nothing_ran'],
  ['no test is in the report, and the runner complained', runOf({}), done(5), 'nothing_ran'],
  ['all passed, and the command failed', runOf({ a: 'passed' }), done(1), 'failed'],
  ['all passed, and a signal ended the command', runOf({ a: 'passed' }), done(null), 'failed'],
  ['the report contradicts itself', runOf({ a: 'passed' }, ['It names two.']), done(0), 'unknown'],
  ['the report contradicts itself, and the command failed', runOf({ a: 'passed' }, ['No.']), done(1), 'failed'],
  ['it was stopped', runOf({ a: 'passed' }), { exitCode: 0, finished: false }, 'unknown'],
  ['there is no report', null, done(0), 'unknown'],
  ['there is no report, and the command failed', null, done(2), 'failed'],
] as const)('when %s, the verdict says so (H9)', (_what, run, ending, outcome) => {
  expect(judgeRun(run, ending).outcome).toBe(outcome);
});

test('a check without tests is judged by its exit code', () => {
  expect(judgeCommand(done(0)).outcome).toBe('passed');
  expect(judgeCommand(done(2)).outcome).toBe('failed');
  expect(judgeCommand({ exitCode: 0, finished: false }).outcome).toBe('unknown');
});

test('a test that passed before, fails and passes when run again is told apart from what the change broke (H9)', () => {
  const before = runOf({ a: 'passed', b: 'passed', c: 'skipped' });
  const after = runOf({ a: 'failed', b: 'failed', c: 'failed', d: 'failed' });
  const again = runOf({ a: 'passed', b: 'failed', c: 'passed', d: 'passed' });

  const comparison = compareRuns(before, after, again);

  // One that is new, or did not run before, has to pass at once: nothing says that it is not the change.
  expect(names(comparison.newFailures)).toEqual(['b', 'c', 'd']);
  expect(names(comparison.unsteady ?? [])).toEqual(['a']);
  expect(comparison.isClean).toBe(false);
  const one = [runOf({ a: 'passed' }), runOf({ a: 'failed' })] as const;
  expect(compareRuns(...one, runOf({ a: 'passed' }))).toMatchObject({ isClean: true, newFailures: [] });
  expect(compareRuns(...one, runOf({ a: 'passed' }, ['It lies.'])).isClean).toBe(false);
  expect(compareRuns(...one).unsteady).toBeNull();
});
