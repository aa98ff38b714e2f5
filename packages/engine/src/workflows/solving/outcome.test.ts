import type { SolveAttempt } from '@yudai/contract';
import { expect, test } from 'vitest';
import type { ClaimResult, Comparison, CriterionResult, TestEvidence, TestResult } from '#verify/index.ts';
import { chooseAttempt } from '#workflows/solving/choose-attempt.ts';
import { type AttemptFacts, judgeAttempt } from '#workflows/solving/outcome.ts';

function check(result: ClaimResult['result'], claim: ClaimResult['claim'] = { kind: 'test', test: 'a' }): ClaimResult {
  return { claim, result, before: 'failed', evidence: ['e'], reason: `It is ${result}.` };
}

function criterion(id: string, ...checks: ClaimResult[]): CriterionResult {
  const worst = (['failed', 'unverified'] as const).find((one) => checks.some(({ result }) => result === one));
  return { id, text: id, result: checks.length === 0 ? 'unverified' : (worst ?? 'passed'), checks };
}

const testOf = (id: string): TestResult => ({
  id,
  name: id,
  file: null,
  durationMs: null,
  message: null,
  isWhole: false,
  outcome: 'failed',
});

const clean: Comparison = {
  newFailures: [],
  unsteady: null,
  stillFailing: [],
  fixed: [],
  added: [],
  silenced: [],
  vanished: [],
  isClean: true,
};

const after: TestEvidence = {
  id: 'e',
  at: new Date(0),
  stage: 'verify',
  attempt: 1,
  kind: 'test',
  when: 'after',
  command: 'npm test',
  exitCode: 0,
  finished: true,
  durationMs: 1,
  output: '',
  fileHashes: {},
  testRun: null,
};

const review = { kind: 'review', by: 'Ada' } as const;

test.each<[string, Partial<AttemptFacts>, string | null]>([
  ['everything is shown', {}, null],
  [
    'a review is open beside what is shown',
    { criteria: [criterion('c1', check('passed'), check('unverified', review))] },
    null,
  ],
  ['nothing was changed', { isEmpty: true }, 'Nothing was changed.'],
  ['a test does not pass', { criteria: [criterion('c1', check('failed'))] }, 'c1 is not shown: It is failed.'],
  ['a test did not run', { criteria: [criterion('c1', check('unverified'))] }, 'c1 is not shown: It is unverified.'],
  [
    'only a review is claimed',
    { criteria: [criterion('c1', check('passed', review))] },
    'Nothing that can be run shows',
  ],
  [
    'a criterion has no claim and neither has another',
    { criteria: [criterion('c1')] },
    'Nothing that can be run shows',
  ],
  [
    'another test fails',
    { comparison: { ...clean, newFailures: [testOf('x')], isClean: false } },
    '1 test fails that did not',
  ],
  [
    'a test is gone',
    { comparison: { ...clean, vanished: [testOf('x')], isClean: false } },
    '1 test that ran before is gone',
  ],
  ['a report is not believed', { comparison: { ...clean, isClean: false } }, 'not to be believed'],
  [
    'no report could be read',
    { comparison: null, after: [{ ...after, exitCode: 0 }] },
    'no report says that a test ran',
  ],
  ['no tests could be run', { comparison: null, after: [] }, 'No tests could be run.'],
])('solved is what runs show: %s (H9)', (_what, facts, why) => {
  const found = judgeAttempt({
    criteria: [criterion('c1', check('passed'))],
    comparison: clean,
    after: [after],
    isEmpty: false,
    unfinished: null,
    ...facts,
  });

  expect(found.outcome).toBe(why === null ? 'solved' : 'unsolved');
  expect(found.reason).toContain(why ?? 'passed in a fresh box');
});

test('a coder that gave up has still solved it when everything is shown', () => {
  const facts = { comparison: clean, after: [after], isEmpty: false, unfinished: 'I give up.' };

  expect(judgeAttempt({ ...facts, criteria: [criterion('c1', check('passed'))] }).outcome).toBe('solved');
  expect(judgeAttempt({ ...facts, criteria: [criterion('c1', check('failed'))] }).reason).toMatch(/^I give up\. c1/);
});

const tests = {
  before: null,
  after: null,
  newFailures: [],
  stillFailing: [],
  fixed: [],
  added: [],
  silenced: [],
  vanished: [],
};

function attempt(number: number, more: Partial<SolveAttempt>, complaints = 0) {
  const result: SolveAttempt = {
    attempt: number,
    model: null,
    reason: '',
    criteria: [],
    tests,
    additions: 5,
    deletions: 0,
    files: 1,
    chosen: false,
    ...more,
    outcome: more.outcome ?? 'unsolved',
  };
  return { result, complaints };
}

const passed = [{ id: 'c1', text: '', result: 'passed' as const, checks: [] }];

test.each<[string, ReturnType<typeof attempt>[], number]>([
  ['solved, though larger', [attempt(1, {}), attempt(2, { outcome: 'solved', additions: 900 })], 2],
  [
    'something, though it breaks a test',
    [attempt(1, { files: 0 }), attempt(2, { tests: { ...tests, newFailures: ['x'] } })],
    2,
  ],
  [
    'fewer tests that fail newly',
    [attempt(1, { tests: { ...tests, newFailures: ['x'] }, criteria: passed }), attempt(2, {})],
    2,
  ],
  ['more criteria', [attempt(1, {}), attempt(2, { criteria: passed, additions: 50 })], 2],
  ['fewer complaints of linters', [attempt(1, {}, 1), attempt(2, { additions: 50 })], 2],
  ['the smaller change', [attempt(1, { additions: 6 }), attempt(2, {})], 2],
  ['the earlier number of equals', [attempt(2, {}), attempt(1, {})], 1],
])('of several attempts the better one is chosen: %s (H12)', (_why, attempts, best) => {
  expect(chooseAttempt(attempts)).toBe(best);
  expect(chooseAttempt(attempts.toReversed())).toBe(best);
});

test('of no attempts none is chosen', () => {
  expect(chooseAttempt([])).toBeNull();
});
