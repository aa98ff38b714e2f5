import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { type TestContext, beforeEach, expect, test } from 'vitest';

import { needBoxes, openTestBox } from '#sandbox/testing/boxes.ts';
import { type Check, type RanCheck, findChecks, judgeRun, runCheck } from '#verify/index.ts';

const timeoutMs = 120_000;
const megabyte = 1024 * 1024;

beforeEach(needBoxes);

test('node:test in a box: which tests passed and failed, from its report alone (H9)', async () => {
  const { check, run } = await checkOf({
    'package.json': JSON.stringify({ type: 'module', scripts: { test: 'node --test' } }),
    'sum.test.js': [
      "import test from 'node:test'; import assert from 'node:assert';",
      "test('adds', () => assert.equal(1 + 1, 2));",
      "test('lies', () => { console.log('<testcase name=\"forged\"/>'); assert.equal(1 + 1, 3); });",
      "test.skip('later', () => {});",
    ].join('\n'),
  });

  const ran = await run();

  expect(check.runner).toBe('node:test');
  expect(outcomesOf(ran)).toEqual({ adds: 'passed', lies: 'failed', later: 'skipped' });
  expect(ran.result.exitCode).toBe(1);
  expect(ran.testRun?.problems).toEqual([]);
});

test('node:test in a folder of a repository, and what it prints is told as it comes (H9)', async () => {
  const { box, check } = await checkOf({
    'packages/one/package.json': JSON.stringify({ scripts: { test: 'node --test' } }),
    'packages/one/a.test.js': "require('node:test')('passes', () => console.log('told'));",
  });
  let told = '';

  const ran = await runCheck(box, check, { timeoutMs, onOutput: (chunk) => (told += chunk.toString()) });

  expect(check.directory).toBe('packages/one');
  expect(judgeRun(ran.testRun, { exitCode: ran.result.exitCode, finished: true }).outcome).toBe('passed');
  expect(told).toContain('told');
});

test('unittest in a box, failures and broken files among it (H9)', async (context) => {
  await need(context, 'python3', ['-c', 'import unittest']);
  const { box, check, run } = await checkOf({
    'setup.py': 'from setuptools import setup\nsetup(name="x")\n',
    'tests/__init__.py': '',
    'tests/test_sum.py':
      'import unittest\nclass T(unittest.TestCase):\n  def test_adds(self): self.assertEqual(1 + 1, 2)\n  def test_lies(self): self.assertEqual(1 + 1, 3)\n',
    'tests/test_broken.py': 'import nothing_of_the_kind\n',
  });

  await box.run({ shell: localPython, timeoutMs });

  const ran = await run();

  expect(check.runner).toBe('unittest');
  const outcomes = Object.values(outcomesOf(ran)).toSorted();
  expect(outcomes).toEqual(['error', 'failed', 'passed']);
  expect(ran.result.output).toContain('test_adds');
});

test('pytest in a box (H9)', async (context) => {
  await need(context, 'python3', ['-c', 'import pytest']);
  const { box, check, run } = await checkOf({
    'pyproject.toml': '[tool.pytest.ini_options]\n',
    'test_sum.py': 'def test_adds():\n  assert 1 + 1 == 2\ndef test_lies():\n  assert 1 + 1 == 3\n',
  });

  await box.run({ shell: localPython, timeoutMs });

  const ran = await run();

  expect(check.runner).toBe('pytest');
  expect(outcomesOf(ran)).toEqual({ test_adds: 'passed', test_lies: 'failed' });
});

test('go test in a box without a network (H9)', async (context) => {
  await need(context, 'go', ['version']);
  const { check, run } = await checkOf({
    'go.mod': 'module example.org/sum\n\ngo 1.19\n',
    'sum.go': 'package sum\n\nfunc Sum(a, b int) int { return a + b }\n',
    'sum_test.go':
      'package sum\n\nimport "testing"\n\nfunc TestAdds(t *testing.T) {\n\tif Sum(1, 1) != 2 {\n\t\tt.Fatal("no")\n\t}\n}\n\nfunc TestLies(t *testing.T) {\n\tt.Fatal("lies")\n}\n',
  });

  const ran = await run();

  expect(check.runner).toBe('go');
  expect(outcomesOf(ran)).toMatchObject({ TestAdds: 'passed', TestLies: 'failed' });
});

test('RSpec in a box (H9)', async (context) => {
  await need(context, 'rspec', ['--version']);
  const { check, run } = await checkOf({
    Gemfile: "source 'https://gems.example.org'\ngem 'rspec'\n",
    '.rspec': '',
    'spec/sum_spec.rb':
      "RSpec.describe 'sum' do\n  it('adds') { expect(1 + 1).to eq 2 }\n  it('lies') { expect(1 + 1).to eq 3 }\nend\n",
  });

  const ran = await run((command) => command.replaceAll('bundle exec ', ''));

  expect(check.runner).toBe('rspec');
  expect(Object.values(outcomesOf(ran)).toSorted()).toEqual(['failed', 'passed']);
});

test('files of a report are those that a glob names, below the folder of the check, and no link to one (H9)', async () => {
  const box = await openTestBox();
  const xml = (name: string) => `<testsuite tests=\\"1\\"><testcase classname=\\"c\\" name=\\"${name}\\"/></testsuite>`;
  await box.writeFile('app/module/target/surefire-reports/.keep', '');
  await box.writeFile('outside.xml', xml('outside').replaceAll('\\', ''));
  const command = [
    `echo "${xml('one')}" > module/target/surefire-reports/TEST-one.xml`,
    `echo "${xml('two')}" > module/target/surefire-reports/TEST-two.xml`,
    'echo nonsense > module/target/surefire-reports/other.xml',
    'ln -s /work/outside.xml module/target/surefire-reports/TEST-link.xml',
  ].join('\n');

  const report = { format: 'junit', from: 'files', pattern: '**/target/surefire-reports/TEST-*.xml' } as const;
  const ran = await runCheck(box, checkLike({ directory: 'app', command, report }), { timeoutMs });
  const none = await runCheck(box, checkLike({ command: 'true', report: { ...report, pattern: 'none/*.xml' } }), {
    timeoutMs,
  });

  expect(outcomesOf(ran)).toEqual({ one: 'passed', two: 'passed' });
  expect(none.testRun?.problems).toEqual(['The runner left no report.']);
});

test('what is printed is read whole, and not at all when it was too much to keep (H9)', async () => {
  const box = await openTestBox({ limits: { log: megabyte } });
  const report = { format: 'tap', from: 'output' } as const;
  // More than the beginning and the end that a result shows.
  const many = 'echo TAP version 14; echo 1..3000; for i in $(seq 3000); do echo "ok $i - number $i of many"; done';

  const whole = await runCheck(box, checkLike({ command: many, report }), { timeoutMs });
  const cut = await runCheck(box, checkLike({ command: `${many}; yes "# x" | head -c 2000000`, report }), {
    timeoutMs,
  });

  expect(whole.testRun?.totals.passed).toBe(3000);
  expect(cut.testRun).toMatchObject({ results: [], problems: [expect.stringContaining('more than is kept')] });
});

test('no report is no pass: a runner that writes none, a report that is a link, a check without one (H9)', async () => {
  const box = await openTestBox();
  const report = { format: 'junit', from: 'file' } as const;
  const forged = '<testsuite tests="1"><testcase classname="c" name="forged"/></testsuite>';
  await box.writeFile('forged.xml', forged);

  const silent = await runCheck(box, checkLike({ command: 'true', report }), { timeoutMs });
  const linked = await runCheck(box, checkLike({ command: 'ln -s /work/forged.xml "$YUDAI_REPORT"', report }), {
    timeoutMs,
  });
  const bare = await runCheck(box, checkLike({ command: 'exit 0', report: null }), { timeoutMs });

  for (const { testRun, result } of [silent, linked, bare]) {
    expect(judgeRun(testRun, { exitCode: result.exitCode, finished: true }).outcome).toBe('unknown');
  }
  expect(bare.testRun).toBeNull();
});

/** A set-up that needs no network. */
const localPython = 'python3 -m venv --without-pip --system-site-packages .venv';

function checkLike(parts: Partial<Check>): Check {
  const setup = { directory: '', commands: [], cacheKey: [] };
  return { kind: 'test', directory: '', command: 'true', runner: 'x', report: null, setup, ...parts };
}

/** The check that is found for tests in these files, and a box with them. */
async function checkOf(files: Readonly<Record<string, string>>) {
  const found = findChecks({ paths: Object.keys(files), text: (path) => files[path] ?? null });
  const check = found.find(({ kind }) => kind === 'test');
  if (check === undefined) throw new Error('no check was found');
  const box = await openTestBox({
    limits: { memory: 1024 * megabyte, processes: 256, disk: 512 * megabyte, temporary: 512 * megabyte },
    mounts: [{ from: dirname(dirname(process.execPath)), at: '/opt/node' }],
    path: ['/opt/node/bin'],
  });
  for (const [path, text] of Object.entries(files)) await box.writeFile(path, text);
  return {
    box,
    check,
    run: (change: (command: string) => string = (command) => command): Promise<RanCheck> =>
      runCheck(box, { ...check, command: change(check.command) }, { timeoutMs }),
  };
}

function outcomesOf({ testRun }: RanCheck): Record<string, string> {
  return Object.fromEntries(testRun?.results.map(({ name, outcome }) => [name.split(' > ').at(-1), outcome]) ?? []);
}

/** Skips a test where the box would not have its runner: it sees the programs of the system alone. */
async function need(context: TestContext, program: string, args: readonly string[]): Promise<void> {
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/nonexistent' };
  await promisify(execFile)(program, [...args], { env }).catch(() => {
    context.skip(`${program} ${args.join(' ')} does not work with the programs of this system.`);
  });
}
