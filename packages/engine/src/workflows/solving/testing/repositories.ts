import type { ScriptedTurn } from '#agent/testing/scripted-model.ts';

/** A turn that calls tools, as models of any wire format can be given it. */
type ToolTurn = ScriptedTurn & Required<Pick<ScriptedTurn, 'tools'>>;

/** A small repository with a mistake, and what agents that know their trade do about it. */
export interface SampleRepository {
  readonly files: Readonly<Record<string, string>>;
  readonly issue: {
    readonly title: string;
    readonly body: string;
    readonly criteria: { id: string; text: string; how: string | null }[];
  };
  readonly plan: object;
  readonly testFile: { readonly path: string; readonly content: string };
  /** As the claim of the tester names it. */
  readonly testName: string;
  readonly fix: { readonly path: string; readonly find: string; readonly replace: string };
}

const issue = {
  title: 'Sums of an empty list are wrong',
  body: 'The sum of nothing should be 0.',
  criteria: [{ id: 'c1', text: 'The sum of an empty list is 0', how: null }],
};

const planFor = (path: string) => ({
  notes: `The start value in ${path} is wrong.`,
  steps: [{ text: 'Begin at 0', files: [path] }],
  criteria: [{ id: 'c1', text: 'The sum of an empty list is 0', how: 'Call it with an empty list' }],
});

/** Run by node:test of the Node that runs Yudai, which reads TypeScript. */
export const typescriptSample: SampleRepository = {
  files: {
    'package.json': '{ "name": "sums", "type": "module", "scripts": { "test": "node --test" } }\n',
    'src/sum.ts': 'export function sum(numbers: number[]): number {\n  return numbers.reduce((a, b) => a + b, 1);\n}\n',
    'src/sum.test.ts':
      "import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { sum } from './sum.ts';\n\ntest('it is a number', () => {\n  assert.equal(typeof sum([1]), 'number');\n});\n",
  },
  issue,
  plan: planFor('src/sum.ts'),
  testFile: {
    path: 'src/empty.test.ts',
    content:
      "import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { sum } from './sum.ts';\n\ntest('the sum of nothing is 0', () => {\n  assert.equal(sum([]), 0);\n});\n",
  },
  testName: 'the sum of nothing is 0',
  fix: { path: 'src/sum.ts', find: 'a + b, 1)', replace: 'a + b, 0)' },
};

/**
 * The same with all its tests in one process. Starting one for each file takes two thirds of the processor time of a run, and a solve has
 * half a dozen; where the runner is not what is tried, nothing else differs.
 */
export const sample: SampleRepository = {
  ...typescriptSample,
  files: {
    ...typescriptSample.files,
    'package.json':
      '{ "name": "sums", "type": "module", "scripts": { "test": "node --test --test-isolation=none" } }\n',
  },
};

export const pythonSample: SampleRepository = {
  files: {
    'pyproject.toml': '[tool.other]\nname = "sums"\n',
    'sums.py':
      'def total(numbers):\n    result = 1\n    for number in numbers:\n        result += number\n    return result\n',
    'test_sums.py':
      'import unittest\n\nfrom sums import total\n\n\nclass TestTotal(unittest.TestCase):\n    def test_is_a_number(self):\n        self.assertIsInstance(total([1]), int)\n',
  },
  issue,
  plan: planFor('sums.py'),
  testFile: {
    path: 'test_empty.py',
    content:
      'import unittest\n\nfrom sums import total\n\n\nclass TestEmpty(unittest.TestCase):\n    def test_sum_of_nothing(self):\n        self.assertEqual(total([]), 0)\n',
  },
  testName: 'test_empty.TestEmpty.test_sum_of_nothing',
  fix: { path: 'sums.py', find: 'result = 1', replace: 'result = 0' },
};

export const goSample: SampleRepository = {
  files: {
    'go.mod': 'module example.org/sums\n\ngo 1.19\n',
    'sum.go':
      'package sums\n\nfunc Sum(numbers []int) int {\n\tresult := 1\n\tfor _, number := range numbers {\n\t\tresult += number\n\t}\n\treturn result\n}\n',
    'sum_test.go':
      'package sums\n\nimport "testing"\n\nfunc TestNotNegative(t *testing.T) {\n\tif Sum([]int{1}) < 0 {\n\t\tt.Fatal("negative")\n\t}\n}\n',
  },
  issue,
  plan: planFor('sum.go'),
  testFile: {
    path: 'empty_test.go',
    content:
      'package sums\n\nimport "testing"\n\nfunc TestSumOfNothing(t *testing.T) {\n\tif got := Sum(nil); got != 0 {\n\t\tt.Fatalf("got %d", got)\n\t}\n}\n',
  },
  testName: 'TestSumOfNothing',
  fix: { path: 'sum.go', find: 'result := 1', replace: 'result := 0' },
};

/** What the architect of a sample does. */
export function planning({ plan }: SampleRepository): ToolTurn[] {
  return [
    {
      text: 'I look.',
      tools: [
        { name: 'list', input: { depth: 2 } },
        { name: 'bash', input: { command: 'ls' } },
      ],
    },
    { tools: [{ name: 'submit_plan', input: plan }] },
  ];
}

/** What the tester of a sample does. */
export function testing({ testFile, testName }: SampleRepository): ToolTurn[] {
  return [
    { tools: [{ name: 'write', input: testFile }] },
    { tools: [{ name: 'run_tests', input: {} }] },
    { tools: [submitTests(testName)] },
  ];
}

export function submitTests(test: string) {
  const claims = [{ criterion: 'c1', claim: { kind: 'test', test } }];
  return { name: 'submit_tests', input: { summary: 'It shows the wrong sum.', claims } };
}

/** What the coder of a sample does. */
export function coding({ fix }: SampleRepository): ToolTurn[] {
  return [
    { tools: [{ name: 'read', input: { path: fix.path } }] },
    { tools: [{ name: 'edit', input: fix }] },
    { tools: [submitChange] },
  ];
}

export const submitChange = { name: 'submit_change', input: { summary: 'It begins at 0.' } };
