import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compareRuns, judgeRun, readReport, type ReportFormat, type TestRun } from '#verify/index.ts';

function textOf(name: string): string {
  return readFileSync(join(import.meta.dirname, 'testing/recorded', name), 'utf8');
}

function recorded(format: ReportFormat, name: string): TestRun {
  return readReport(format, [textOf(name)], { root: '/project' });
}

/** `id: outcome`, in the order of the report. */
function outcomesOf(run: TestRun): string[] {
  return run.results.map(({ id, outcome }) => `${id}: ${outcome}`);
}

const failed = { exitCode: 1, finished: true };
const succeeded = { exitCode: 0, finished: true };

const ofJest = [
  'broken.test.js > (the file): error',
  'calc.test.js > sum > adds: passed',
  'calc.test.js > sum > divides: skipped',
  'calc.test.js > sum > multiplies: skipped',
  'calc.test.js > sum > subtracts: failed',
  'hostile.test.js > says it passed: failed',
];

const ofNode = [
  'broken.test.js > (the file): error',
  'calc.test.js > alone: passed',
  'calc.test.js > in steps > first: passed',
  'calc.test.js > in steps > second: failed',
  'calc.test.js > sum > adds: passed',
  'calc.test.js > sum > divides: skipped',
  'calc.test.js > sum > multiplies: skipped',
  'calc.test.js > sum > subtracts: failed',
  'hostile.test.js > says it passed: failed',
];

const ofPytest = [
  'tests/test_broken.py > (the file): error',
  'tests/test_calc.py > TestGroup > test_adds: passed',
  'tests/test_calc.py > test_adds: passed',
  'tests/test_calc.py > test_known: skipped',
  'tests/test_calc.py > test_subtracts: failed',
  'tests/test_calc.py > test_text[a - b]: passed',
  'tests/test_calc.py > test_text[a::b]: passed',
  'tests/test_calc.py > test_text[x]]: passed',
  'tests/test_calc.py > test_with_fixture: error',
  'tests/test_hostile.py > test_says_it_passed: failed',
];

describe('each runner is read test by test, and what a test prints is not (H9)', () => {
  test.each<[ReportFormat, string, readonly string[]]>([
    ['jest-json', 'vitest.json', ofJest],
    ['jest-json', 'jest.json', ofJest],
    ['junit', 'node.xml', ofNode],
    ['tap', 'node.tap', ofNode.map((line) => line.replace(/^(\S+) > /, '')).map(withFileOfTap)],
    ['junit', 'pytest.xml', [...ofPytest, 'tests/test_calc.py > test_divides: skipped']],
    ['pytest-text', 'pytest.txt', [...ofPytest, 'tests/test_calc.py > line 9: skipped']],
    [
      'mocha-json',
      'mocha.json',
      [
        'calc.test.js > says it passed: failed',
        'calc.test.js > sum > adds: passed',
        'calc.test.js > sum > divides: skipped',
        'calc.test.js > sum > subtracts: failed',
        'calc.test.js > with a hook > "before all" hook for "never runs": error',
      ],
    ],
    [
      'rspec-json',
      'rspec.json',
      [
        'spec/calc_spec.rb > sum adds: passed',
        'spec/calc_spec.rb > sum divides: skipped',
        'spec/calc_spec.rb > sum says it passed: failed',
        'spec/calc_spec.rb > sum subtracts: failed',
      ],
    ],
    ['tap', 'tape.tap', ['adds: passed', 'divides: skipped', 'subtracts: failed']],
    [
      'unittest',
      'unittest.txt',
      [
        'tests.test_broken > (the file): error',
        'tests.test_calc > CalcTest > test_adds: passed',
        'tests.test_calc > CalcTest > test_described: failed',
        'tests.test_calc > CalcTest > test_divides: skipped',
        'tests.test_calc > CalcTest > test_known: skipped',
        'tests.test_calc > CalcTest > test_logs: passed',
        'tests.test_calc > CalcTest > test_parts: failed',
        'tests.test_calc > CalcTest > test_writes: passed',
        'tests.test_calc > NoDatabase > setUpClass: error',
      ],
    ],
    ['cargo-test', 'cargo-broken.txt', ['broken > (the crate): error']],
  ])('%s: %s', (format, name, expected) => {
    const run = recorded(format, name);

    expect(outcomesOf(run).toSorted()).toEqual([...expected].toSorted());
    expect(run.problems).toEqual([]);
    expect(judgeRun(run, failed).outcome).toBe('failed');
  });
});

/** TAP names no files, so one that cannot be loaded is a test with its name. */
function withFileOfTap(line: string): string {
  return line === '(the file): error' ? 'broken.test.js: failed' : line;
}

describe('a test that prints the lines of its own report passes nothing (H9)', () => {
  test.each<[ReportFormat, string, string, string]>([
    ['tap', 'tape-hostile.tap', 'says it passed', 'more than one plan'],
    [
      'unittest',
      'unittest-hostile.txt',
      'tests.test_hostile > Hostile > test_says_it_passed',
      'ran 1 tests and named 2',
    ],
    ['go-test', 'go.txt', 'example.com/calc/calc > TestSaysItPassed', 'more than one verdict on TestSaysItPassed'],
    ['cargo-test', 'cargo.txt', 'tests/hostile.rs > says_it_passed', 'announced 2 tests, named 2 and counted 99'],
    ['cargo-test', 'cargo-hostile.txt', 'src/lib.rs > tests::says_it_passed', 'announced 2 tests, named 4'],
  ])('%s: %s', (format, name, id, problem) => {
    const run = recorded(format, name);

    expect(run.results.find((result) => result.id === id)?.outcome).toBe('failed');
    expect(run.problems.join('\n')).toContain(problem);
    // Nor would it, if nothing had failed and the exit code said so too.
    const rest = run.results.filter(({ outcome }) => outcome === 'passed');
    expect(judgeRun({ ...run, results: rest }, succeeded).outcome).toBe('unknown');
  });
});

test('a package of Go that does not build, panics or has no tests is told apart', () => {
  const run = recorded('go-test', 'go.txt');

  expect(outcomesOf(run)).toEqual([
    'example.com/calc/calc > TestAdds: passed',
    'example.com/calc/calc > TestSubtracts: failed',
    'example.com/calc/calc > TestDivides: skipped',
    'example.com/calc/calc > TestParts: failed',
    'example.com/calc/calc > TestParts/one: passed',
    'example.com/calc/calc > TestParts/two: failed',
    'example.com/calc/calc > TestSaysItPassed: failed',
    'example.com/calc/calc > TestFake: passed',
    'example.com/calc/calc > TestPanics: failed',
    'example.com/calc/good > TestAdds: passed',
    'example.com/calc/broken > (the package): error',
  ]);
});

test('a test of Go without a verdict did not finish, and newer versions tell of broken packages in events', () => {
  const events = [
    { Action: 'run', Package: 'a', Test: 'TestA' },
    { Action: 'output', Package: 'a', Test: 'TestA', Output: 'half\n' },
    { Action: 'build-output', ImportPath: 'b [b.test]', Output: 'b.go:1: undefined\n' },
    { Action: 'build-fail', ImportPath: 'b [b.test]' },
    { Action: 'fail', Package: 'b', FailedBuild: 'b [b.test]' },
  ];
  const run = readReport('go-test', [events.map((event) => JSON.stringify(event)).join('\n')]);

  expect(run.results.map(({ id, outcome, message }) => [id, outcome, message])).toEqual([
    ['a > TestA', 'error', 'It did not finish.\nhalf'],
    ['b > (the package)', 'error', 'b.go:1: undefined'],
  ]);
});

test.each<[ReportFormat, string]>([
  ['jest-json', 'vitest-empty.json'],
  ['junit', 'node-empty.xml'],
  ['junit', 'pytest-empty.xml'],
  ['pytest-text', 'pytest-empty.txt'],
  ['unittest', 'unittest-empty.txt'],
])('an exit code of 0 without a test is no pass: %s, %s (H9)', (format, name) => {
  expect(judgeRun(recorded(format, name), succeeded).outcome).toBe('nothing_ran');
});

test.each<[ReportFormat, string]>([
  ['jest-json', 'vitest.json'],
  ['mocha-json', 'mocha.json'],
  ['rspec-json', 'rspec.json'],
  ['junit', 'pytest.xml'],
  ['junit', 'node.xml'],
  ['tap', 'tape.tap'],
  ['pytest-text', 'pytest.txt'],
  ['unittest', 'unittest.txt'],
  ['go-test', 'go.txt'],
  ['cargo-test', 'cargo.txt'],
])('a report that was cut off anywhere never passes: %s, %s (H9)', (format, name) => {
  const whole = textOf(name);
  const step = Math.max(1, Math.floor(whole.length / 60));
  const cuts = Array.from({ length: Math.ceil(whole.length / step) }, (_, index) => whole.slice(0, index * step));

  const outcomes = cuts.map((text) => judgeRun(readReport(format, [text]), succeeded).outcome);

  expect(outcomes).not.toContain('passed');
});

test.each<ReportFormat>([
  'jest-json',
  'junit',
  'tap',
  'go-test',
  'cargo-test',
  'mocha-json',
  'rspec-json',
  'pytest-text',
  'unittest',
])('what is no report of %s is unknown, and throws nothing (H9)', (format) => {
  for (const text of ['', 'All 99 tests passed\n', '{}', '[1', '<html></html>', '\u0000\u0001', '1 passed']) {
    expect(judgeRun(readReport(format, [text]), succeeded).outcome).not.toBe('passed');
  }
  expect(judgeRun(readReport(format, []), succeeded).outcome).toBe('unknown');
});

describe("JUnit's XML", () => {
  const surefire = (inside: string) =>
    `<?xml version="1.0"?><testsuite name="a.CalcTest" tests="1" errors="0" failures="0">${inside}</testsuite>`;

  test('what a test printed cannot leave its element', () => {
    const printed =
      '</system-out></testcase><testcase name="fake" classname="a.CalcTest"/><testcase name="b"><system-out>';
    const run = readReport('junit', [
      surefire(
        `<testcase name="adds" classname="a.CalcTest" time="0.5"><system-out><![CDATA[${printed}]]></system-out></testcase>`,
      ),
      surefire(
        `<testcase name="takes" classname="a.CalcTest"><failure message="no"><![CDATA[${printed}]]></failure></testcase>`,
      ),
    ]);

    expect(outcomesOf(run)).toEqual(['a.CalcTest > adds: passed', 'a.CalcTest > takes: failed']);
    expect(run.results[0]?.durationMs).toBe(500);
    expect(run.results[1]?.message).toContain(printed);
  });

  test('one that breaks out of it makes the report unreadable, or is told by the count', () => {
    const broken = surefire('<testcase name="adds"><system-out></system-out></testcase></testcase></testsuite>');
    const counting = surefire('<testcase name="adds"/>').replace('failures="0"', 'failures="1"');

    expect(readReport('junit', [broken]).problems[0]).toContain('cannot be read as junit');
    expect(readReport('junit', [counting]).problems).toEqual(['The report counts 1 failures and names none.']);
  });

  test('no entities are made up, and thousands of the usual ones are read', () => {
    const bomb = '<!DOCTYPE a [<!ENTITY b "bbbbbbbb">]><testsuites><testsuite name="&b;"/></testsuites>';
    const message = '&lt;&#10;&quot;'.repeat(20_000);
    const run = readReport('junit', [surefire(`<testcase name="adds"><failure>${message}</failure></testcase>`)]);

    expect(readReport('junit', [bomb]).problems[0]).toContain('document type');
    expect(run.problems).toEqual([]);
    expect(run.results[0]?.message?.startsWith('<\n"<\n"')).toBe(true);
  });

  test('tests that other runners call not run, are skipped', () => {
    const run = readReport('junit', [
      surefire('<testcase name="a" status="notrun"/><testcase name="b" status="fail"/>'),
    ]);

    expect(outcomesOf(run)).toEqual(['a.CalcTest > a: skipped', 'a.CalcTest > b: failed']);
  });
});

test('names that are made to be slow to read are read, and cut where they are long', () => {
  const slow = `${'[x]::'.repeat(200)} [`;
  const long = '['.repeat(100_000);
  const lines = [`FAILED a.py::t${slow}`, `PASSED a.py::${long}`, '=== 1 failed, 1 passed in 0.1s ==='];
  const run = readReport('pytest-text', [['=== short test summary info ===', ...lines].join('\n')]);

  expect(run.problems).toEqual([]);
  expect(run.results.map(({ outcome }) => outcome)).toEqual(['failed', 'passed']);
  expect(Math.max(...run.results.map(({ id }) => id.length))).toBeLessThan(1_100);
});

test('TAP with a plan that is not kept, or that bails out, is no pass', () => {
  const short = readReport('tap', ['TAP version 13\nok 1 - a\n1..2\n']);
  const bail = readReport('tap', ['TAP version 13\n1..2\nok 1 - a\nBail out! no database\n']);
  const skipped = readReport('tap', ['1..0 # SKIP no network\n']);

  expect(judgeRun(short, succeeded).outcome).toBe('unknown');
  expect(judgeRun(bail, succeeded).outcome).toBe('failed');
  expect(judgeRun(skipped, succeeded).outcome).toBe('nothing_ran');
});

test('tests of one name keep their ids over two runs', () => {
  const text = '1..3\nok 1 - a\nok 2 - a\nok 3 - b\n';
  const before = readReport('tap', [text]);
  const after = readReport('tap', [text.replace('ok 2', 'not ok 2')]);

  expect(compareRuns(before, after).newFailures.map(({ id }) => id)).toEqual(['a #2']);
});
