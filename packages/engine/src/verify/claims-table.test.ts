import { expect, test } from 'vitest';
import {
  type Claim,
  claimsMarkdown,
  claimsTable,
  type CommandEvidence,
  type Evidence,
  type TestEvidence,
  type TestOutcome,
} from '#verify/index.ts';
import { toTestRun } from '#verify/test-run.ts';

const now = { 'src/a.ts': 'b2', 'a.test.ts': 'c1' };
const was = { 'src/a.ts': 'a1', 'a.test.ts': 'c1' };

function ran(id: string, minute: number) {
  return {
    id,
    at: new Date(Date.UTC(2026, 0, 1, 0, minute)),
    stage: 'verify',
    attempt: 1,
    command: 'npm test',
    exitCode: 0,
    finished: true,
    durationMs: 10,
    output: '',
    fileHashes: now,
  };
}

function testsAt(
  id: string,
  minute: number,
  outcomes: Readonly<Record<string, TestOutcome>>,
  more: Partial<TestEvidence> = {},
): TestEvidence {
  const results = Object.entries(outcomes).map(([name, outcome]) => ({
    name,
    outcome,
    file: 'a.test.ts',
    message: 'why',
  }));
  return {
    ...ran(id, minute),
    kind: 'test',
    when: 'after',
    testRun: toTestRun({ results, problems: [] }, ''),
    ...more,
  };
}

function lintAt(id: string, minute: number, more: Partial<CommandEvidence> = {}): CommandEvidence {
  return { ...ran(id, minute), kind: 'command', check: 'lint', command: 'npm run lint', ...more };
}

function check(claim: Claim, records: readonly Evidence[]) {
  const [criterion] = claimsTable([{ id: 'AC1', text: 'It adds', claims: [claim] }], records, {
    attempt: 1,
    fileHashes: now,
  });
  return criterion?.checks[0];
}

const adds: Claim = { kind: 'test', test: 'adds' };

test('a claim is what its record says, with what was so before the change (H9)', () => {
  const before = testsAt('before', 1, { adds: 'failed' }, { when: 'before', fileHashes: was, exitCode: 1 });

  expect(check(adds, [before, testsAt('after', 2, { adds: 'passed' })])).toEqual({
    claim: adds,
    result: 'passed',
    before: 'failed',
    evidence: ['after'],
    reason: 'It passed, and failed before the change.',
  });
  expect(check(adds, [before, testsAt('after', 2, { adds: 'failed' }, { exitCode: 1 })])).toMatchObject({
    result: 'failed',
    reason: 'why',
  });
  expect(
    check(adds, [testsAt('b', 1, { other: 'passed' }, { when: 'before' }), testsAt('a', 2, { adds: 'passed' })]),
  ).toMatchObject({ before: 'absent' });
});

test.each<[string, readonly Evidence[]]>([
  ['nothing ran', []],
  ['the test is not in any run', [testsAt('a', 1, { other: 'passed' })]],
  ['it was skipped', [testsAt('a', 1, { adds: 'skipped' })]],
  ['it passed only while working', [testsAt('a', 1, { adds: 'passed' }, { when: 'during' })]],
  ['it passed in another attempt', [testsAt('a', 1, { adds: 'passed' }, { attempt: 2 })]],
  ['a file was changed since', [testsAt('a', 1, { adds: 'passed' }, { fileHashes: was })]],
  ['a file was added since', [testsAt('a', 1, { adds: 'passed' }, { fileHashes: { 'src/a.ts': 'b2' } })]],
  ['the run was stopped', [testsAt('a', 1, { adds: 'passed' }, { finished: false })]],
  ['the report is gone', [testsAt('a', 1, {}, { testRun: null })]],
  [
    'the report contradicts itself',
    [
      testsAt(
        'a',
        1,
        {},
        {
          testRun: toTestRun({ results: [{ name: 'adds', outcome: 'passed' }], problems: ['It names two.'] }, ''),
        },
      ),
    ],
  ],
])('a claim is unverified when %s (H9)', (_what, records) => {
  expect(check(adds, records)?.result).toBe('unverified');
});

test('the last run decides, and another failing test does not speak against this one', () => {
  const records = [
    testsAt('old', 1, { adds: 'failed' }),
    testsAt('new', 2, { adds: 'passed', other: 'failed' }, { exitCode: 1 }),
  ];

  expect(check(adds, records)).toMatchObject({ result: 'passed', evidence: ['new'] });
  expect(check({ kind: 'check', check: 'test' }, records)).toMatchObject({ result: 'failed', evidence: ['new'] });
});

test('all checks of a kind must hold, each in its last run', () => {
  const lint: Claim = { kind: 'check', check: 'lint' };
  const other = lintAt('other', 1, { command: 'ruff check', exitCode: 1 });

  expect(check(lint, [lintAt('old', 1, { exitCode: 1 }), lintAt('new', 2)])).toMatchObject({
    result: 'passed',
    evidence: ['new'],
  });
  expect(check(lint, [lintAt('a', 2), other])).toMatchObject({ result: 'failed' });
  expect(check(lint, [lintAt('a', 2, { fileHashes: was })])).toMatchObject({ result: 'unverified', evidence: [] });
});

test('commands and reviews count like tests', () => {
  const review: Evidence = { ...ran('r', 3), kind: 'review', by: 'ada', approved: false, text: 'No.' };

  expect(check({ kind: 'command', command: ' npm run lint ' }, [lintAt('a', 1)])).toMatchObject({ result: 'passed' });
  expect(check({ kind: 'command', command: 'npm run e2e' }, [lintAt('a', 1)])).toMatchObject({ result: 'unverified' });
  expect(check({ kind: 'review', by: 'ada' }, [review])).toMatchObject({ result: 'failed' });
});

test('a criterion is as good as its worst check, and nothing without one', () => {
  const records = [testsAt('a', 1, { adds: 'passed', other: 'failed' })];
  const of = (...tests: string[]) => tests.map((name): Claim => ({ kind: 'test', test: name }));
  const criteria = [of('adds'), of('adds', 'gone'), of('gone', 'other'), []].map((claims, index) => ({
    id: `AC${index + 1}`,
    text: '',
    claims,
  }));

  const table = claimsTable(criteria, records, { attempt: 1, fileHashes: now });

  expect(table.map(({ result }) => result)).toEqual(['passed', 'unverified', 'failed', 'unverified']);
});

test.each([
  ['a.test.ts > sum > adds', 'passed'],
  ['sum > adds', 'passed'],
  ['a.test.ts::sum::adds', 'passed'],
  ['test_text', 'passed'],
  ['test_text[1]', 'passed'],
  ['takes', 'unverified'],
  ['dds', 'unverified'],
  ['', 'unverified'],
])('the test named `%s` is %s', (name, result) => {
  const records = [
    testsAt('a', 1, {
      'sum > adds': 'passed',
      'test_text[1]': 'passed',
      'test_text[2]': 'passed',
      'one > takes': 'passed',
      'two > takes': 'passed',
    }),
  ];

  expect(check({ kind: 'test', test: name }, records)?.result).toBe(result);
});

test('names cannot break out of the table of a pull request', () => {
  const text = 'a | b\n<img src=x> @octocat [x](https://x.y) `c`';
  const claims: Claim[] = [{ kind: 'test', test: 'a | `b`\n| c' }];

  const markdown = claimsMarkdown(claimsTable([{ id: 'AC1', text, claims }], [], { attempt: 1, fileHashes: {} }));

  const rows = markdown.split('\n');
  expect(rows).toHaveLength(3);
  expect(rows[2]?.replaceAll(String.raw`\|`, '').match(/\|/g)).toHaveLength(5);
  expect(markdown).not.toContain('<img');
  expect(markdown).not.toContain('@octocat');
  expect(markdown).toContain('⚠️ unverified');
});
