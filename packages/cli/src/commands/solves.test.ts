// One database is enough: the command line knows only the door.
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Solve } from '@yudai/contract';
import { type ScriptedModel, startScriptedModel, startTestApp, type TestApp } from '@yudai/server/testing';
import { afterAll, beforeAll, beforeEach, expect, test, type TestContext } from 'vitest';
import { runOnApp, type RunOptions } from '#testing/run-on-app.ts';

let app: TestApp;
let model: ScriptedModel;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yudai-solves-'));
  await chmod(folder, 0o711);
  model = await startScriptedModel();
  app = await startTestApp({ env: { ...model.env, YUDAI_SANDBOX_FOLDER: join(folder, 'boxes') } });
});
beforeEach(() => model.reset());
afterAll(async () => {
  await app.close();
  await model.close();
  await rm(folder, { recursive: true, force: true });
});

const run = (args: readonly string[], options: RunOptions = {}) => runOnApp(app, args, options);

/** A small project with a mistake, and what somebody who knows the language does about it. */
interface Sample {
  readonly files: Readonly<Record<string, string>>;
  readonly test: { readonly path: string; readonly content: string; readonly name: string };
  readonly fix: { readonly path: string; readonly find: string; readonly replace: string };
}

const samples: Readonly<Record<string, Sample>> = {
  typescript: {
    files: {
      'package.json':
        '{ "name": "sums", "type": "module", "scripts": { "test": "node --test --test-isolation=none" } }\n',
      'sum.ts': 'export const sum = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 1);\n',
      'sum.test.ts':
        "import { test } from 'node:test';\nimport { sum } from './sum.ts';\ntest('a sum is a number', () => { sum([1]).toFixed(); });\n",
    },
    test: {
      path: 'empty.test.ts',
      content:
        "import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { sum } from './sum.ts';\ntest('nothing is 0', () => assert.equal(sum([]), 0));\n",
      name: 'nothing is 0',
    },
    fix: { path: 'sum.ts', find: 'b, 1)', replace: 'b, 0)' },
  },
  python: {
    files: {
      'pyproject.toml': '[tool.other]\nname = "sums"\n',
      'sums.py': 'def total(numbers):\n    return sum(numbers, 1)\n',
      'test_sums.py':
        'import unittest\n\nfrom sums import total\n\n\nclass TestTotal(unittest.TestCase):\n    def test_is_a_number(self):\n        self.assertIsInstance(total([1]), int)\n',
    },
    test: {
      path: 'test_empty.py',
      content:
        'import unittest\n\nfrom sums import total\n\n\nclass TestEmpty(unittest.TestCase):\n    def test_nothing(self):\n        self.assertEqual(total([]), 0)\n',
      name: 'test_empty.TestEmpty.test_nothing',
    },
    fix: { path: 'sums.py', find: 'numbers, 1', replace: 'numbers, 0' },
  },
  go: {
    files: {
      'go.mod': 'module example.org/sums\n\ngo 1.19\n',
      'sum.go':
        'package sums\n\nfunc Sum(numbers []int) int {\n\tresult := 1\n\tfor _, number := range numbers {\n\t\tresult += number\n\t}\n\treturn result\n}\n',
      'sum_test.go':
        'package sums\n\nimport "testing"\n\nfunc TestNotNegative(t *testing.T) {\n\tif Sum([]int{1}) < 0 {\n\t\tt.Fatal("negative")\n\t}\n}\n',
    },
    test: {
      path: 'empty_test.go',
      content:
        'package sums\n\nimport "testing"\n\nfunc TestNothing(t *testing.T) {\n\tif got := Sum(nil); got != 0 {\n\t\tt.Fatalf("got %d", got)\n\t}\n}\n',
      name: 'TestNothing',
    },
    fix: { path: 'sum.go', find: 'result := 1', replace: 'result := 0' },
  },
};

/** The program that runs the tests of a language; Node is there. */
const needed: Readonly<Record<string, string>> = { python: 'python3', go: 'go' };

function need(context: TestContext, language: string): void {
  const program = needed[language];
  const isThere =
    program === undefined ||
    spawnSync('/usr/bin/env', ['-i', 'PATH=/usr/bin:/bin', program, language === 'go' ? 'version' : '--version'])
      .status === 0;
  context.skip(!isThere, `${program} is not among the programs of this machine.`);
}

function script({ test: written, fix }: Sample): void {
  const plan = {
    notes: 'It begins at 1.',
    steps: [{ text: 'Begin at 0', files: [fix.path] }],
    criteria: [{ id: 'AC1', text: 'The sum of nothing is 0', how: 'Call it' }],
  };
  const claims = [{ criterion: 'AC1', claim: { kind: 'test', test: written.name } }];
  const { path, content } = written;
  model.say(
    { tools: [{ name: 'submit_plan', input: plan }] },
    { tools: [{ name: 'write', input: { path, content } }] },
    { tools: [{ name: 'submit_tests', input: { summary: 'It fails.', claims } }] },
    { tools: [{ name: 'edit', input: fix }] },
    { tools: [{ name: 'submit_change', input: { summary: 'It begins at 0.' } }] },
  );
}

async function connect(name: string, files: Sample['files']): Promise<string> {
  const root = join(folder, name);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  const indexed = await run(['index', root, '--json']);
  expect(indexed.code).toBe(0);
  const made = await run(['issue', 'create', 'Sums are wrong', '--project', name, '--file', '-', '--json'], {
    stdin:
      '# Sums are wrong\n\n## Problem\n\nThe sum of nothing is 1.\n\n## Acceptance criteria\n\n- [ ] The sum of nothing is 0\n',
  });
  expect(made.code).toBe(0);
  return name;
}

test.for(Object.keys(samples))(
  'an issue of a project in %s is solved from the command line, shown, and taken as a patch (A7 H1 H2 H9)',
  { timeout: 180_000 },
  async (language, context) => {
    need(context, language);
    const sample = samples[language];
    if (sample === undefined) throw new Error(`There is no sample in ${language}.`);
    const project = await connect(`sums-${language}`, sample.files);
    script(sample);

    const solved = await run(['solve', 'Sums are wrong', '--project', project, '--gate', 'none', '--json']);
    const solve: Solve = JSON.parse(solved.stdout);
    const shown = await run(['solves', 'show', solve.id, '--project', project]);
    const patch = await run(['solves', 'patch', solve.id, '--project', project]);
    const list = await run(['solves', '--project', project]);

    expect([solved.code, solve.outcome]).toEqual([0, 'solved']);
    expect(shown.stdout).toContain('✓ AC1 The sum of nothing is 0');
    expect(shown.stdout).toMatch(/Tests after: +2 passed, 0 failed/);
    expect(patch.stdout).toContain(`+++ b/${sample.fix.path}`);
    expect(list.stdout).toMatch(/solved +Sums are wrong +2 files/);
  },
);

test('what is wrong with a command is said with what to do instead', async () => {
  const project = await connect('sums-words', samples['typescript']?.files ?? {});
  const wrong = [
    ['solve', 'No such issue', '--project', project],
    ['solve', 'Sums are wrong', '--project', project, '--model', 'nonsense'],
    ['solve', 'Sums are wrong', '--project', project, '--agent', 'codex'],
    ['solve', 'Sums are wrong', '--project', project, '--steps', '51'],
    ['solves', 'show', 'slv_nonsense', '--project', project],
    ['solves', 'show', `slv_${'0'.repeat(26)}`, '--project', project],
    ['solves', 'continue', `slv_${'0'.repeat(26)}`, '--from', 'verify', '--project', project],
    ['solves', 'choose', `slv_${'0'.repeat(26)}`, '7', '--project', project],
  ];

  const answers = [];
  for (const args of wrong) answers.push(await run(args));

  expect(answers.map(({ code }) => code)).toEqual([3, 2, 2, 2, 2, 3, 2, 2]);
  expect(answers.every(({ stderr }) => stderr.length > 20 && !stderr.includes('at file:'))).toBe(true);
  expect(answers[2]?.stderr).toContain('npm install --prefix');
});

test('what cannot come back at once, because it would end with the command, is not begun (H1)', async (context) => {
  const project = await connect('sums-alone', samples['typescript']?.files ?? {});
  const health = JSON.parse((await run(['solves', 'health', '--project', project, '--json'])).stdout);
  context.skip(!health.usable, 'No box can be made here.');

  const alone = await run(['solve', 'Sums are wrong', '--project', project, '--detach'], { kind: 'in-process' });

  expect(alone).toMatchObject({ code: 2, stderr: expect.stringContaining('--detach needs a running server') });
  expect((await run(['solves', '--project', project])).stdout).toContain('There are no solves.');
});
