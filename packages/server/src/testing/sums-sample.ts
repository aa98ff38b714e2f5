import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueDocument } from '@yudai/contract';
import type { ScriptedTurn } from './scripted-model.ts';

/** A small repository with a mistake, whose tests the Node of this Yudai runs, and what agents that know their trade do about it. */
export const sumsFiles = {
  // All in one process: starting one for each file takes two thirds of the processor time of a run.
  'package.json': '{ "name": "sums", "type": "module", "scripts": { "test": "node --test --test-isolation=none" } }\n',
  'src/sum.js': 'export const sum = (numbers) => numbers.reduce((a, b) => a + b, 1);\n',
  'src/sum.test.js': testFile('it is a number', "assert.equal(typeof sum([1]), 'number')"),
};

export const sumsIssue = issueDocument.parse({
  title: 'Sums of an empty list are wrong',
  problem: 'The sum of nothing should be 0.',
  criteria: [{ id: 'AC1', text: 'The sum of an empty list is 0', check: null }],
});

const plan = {
  notes: 'The start value is wrong.',
  steps: [{ text: 'Begin at 0', files: ['src/sum.js'] }],
  criteria: [{ id: 'AC1', text: 'The sum of an empty list is 0', how: 'Call it with an empty list' }],
};
const claims = [{ criterion: 'AC1', claim: { kind: 'test', test: 'the sum of nothing is 0' } }];
const test = { path: 'src/empty.test.js', content: testFile('the sum of nothing is 0', 'assert.equal(sum([]), 0)') };

export const sumsTurns = {
  planning: [{ tools: [{ name: 'submit_plan', input: plan }] }],
  testing: [
    { tools: [{ name: 'write', input: test }] },
    { tools: [{ name: 'submit_tests', input: { summary: 'It shows the wrong sum.', claims } }] },
  ],
  coding: [
    { tools: [{ name: 'read', input: { path: 'src/sum.js' } }] },
    { tools: [{ name: 'edit', input: { path: 'src/sum.js', find: 'a + b, 1)', replace: 'a + b, 0)' } }] },
    { tools: [{ name: 'submit_change', input: { summary: 'It begins at 0.' } }] },
  ],
} satisfies Record<string, ScriptedTurn[]>;

/** A folder for boxes, which run as users of their own that have to pass through it. */
export async function folderForBoxes(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'yudai-boxes-'));
  await chmod(folder, 0o755);
  return folder;
}

function testFile(name: string, assertion: string): string {
  return [
    "import assert from 'node:assert/strict';",
    "import { test } from 'node:test';",
    "import { sum } from './sum.js';",
    `test('${name}', () => { ${assertion}; });`,
    '',
  ].join('\n');
}

/** What says which boxes a run of tests is about: those of this machine, or in the project `sandbox` containers. */
export function sandboxOfRun(): Readonly<Record<string, string>> {
  const { TEST_SANDBOX_IMAGE: image = '', DOCKER_HOST: host = '' } = process.env;
  return image === '' ? {} : { YUDAI_SANDBOX: 'docker', YUDAI_SANDBOX_IMAGE: image, DOCKER_HOST: host };
}
