import { beforeEach, expect, test } from 'vitest';
import { createScriptedModel } from '#agent/testing/scripted-model.ts';
import { needBoxes } from '#sandbox/testing/boxes.ts';
import { coding, planning, sample, testing } from '#workflows/solving/testing/repositories.ts';
import { openSolve } from '#workflows/solving/testing/solve-here.ts';

beforeEach(needBoxes);

/** A test that passes as long as the sum of nothing is wrong, or a file is in the home of the box. What it does before it fails is given. */
const moody = (first: string) =>
  [
    "import assert from 'node:assert/strict';",
    "import { existsSync, writeFileSync } from 'node:fs';",
    "import { homedir } from 'node:os';",
    "import { test } from 'node:test';",
    "import { sum } from './sum.ts';",
    "const mood = homedir() + '/mood';",
    "test('it has moods', () => {",
    '  if (sum([]) === 1 || existsSync(mood)) return;',
    `  ${first}`,
    "  assert.fail('not today');",
    '});',
    '',
  ].join('\n');

async function solveWith(first: string) {
  const here = await openSolve({ ...sample.files, 'src/moody.test.ts': moody(first) }, sample.issue);
  const [read, edit, ...rest] = coding(sample);
  if (read === undefined || edit === undefined) throw new Error('the coder does nothing');
  const cheered = { tools: [{ name: 'bash', input: { command: 'touch ~/mood' } }] };
  const end = await here.solve({
    architect: createScriptedModel(...planning(sample)),
    tester: createScriptedModel(...testing(sample)),
    coders: [createScriptedModel(read, edit, cheered, ...rest)],
  });
  return { end, result: end.state.attempts[0]?.result, here };
}

test('a test that fails by chance does not make a solve unsolved: it is run again, and both runs are told (H9)', async () => {
  const { end, result, here } = await solveWith("writeFileSync(mood, '');");

  expect(end.outcome).toBe('solved');
  expect(result?.reason).toContain('1 test failed at first and passed when run again on the same files.');
  expect(result?.tests).toMatchObject({ newFailures: [], unsteady: ['src/moody.test.ts > it has moods'] });
  expect(result?.tests?.after).toMatchObject({ failed: 1 });
  const runs = here.records.filter(({ kind, stage }) => kind === 'test' && stage === 'verify');
  expect(runs.map(({ id }) => id)).toEqual(['verify.1.1.check.1', 'verify.1.1.again.1']);
});

test('a test that fails in both runs does (H9)', async () => {
  const { end, result } = await solveWith('');

  expect(end.outcome).toBe('unsolved');
  expect(result?.reason).toContain('1 test fails that did not before.');
  expect(result?.tests).toMatchObject({ newFailures: ['src/moody.test.ts > it has moods'], unsteady: [] });
});
