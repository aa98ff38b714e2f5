import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { createScriptedModel } from '#agent/testing/scripted-model.ts';
import { needBoxes } from '#sandbox/testing/boxes.ts';
import {
  coding,
  goSample,
  planning,
  pythonSample,
  testing,
  typescriptSample,
} from '#workflows/solving/testing/repositories.ts';
import { openSolve } from '#workflows/solving/testing/solve-here.ts';

beforeEach(needBoxes);

test.for([
  ['TypeScript', typescriptSample, 'node'],
  ['Python', pythonSample, 'python3'],
  ['Go', goSample, 'go'],
] as const)('an issue of a %s repository is solved, and what ran says so (H4 H5 H6 H12)', async (it, context) => {
  const [language, sample, program] = it;
  if (!isOnPath(program)) context.skip(`${language} is not installed here.`);
  const here = await openSolve(sample.files, sample.issue);

  const end = await here.solve({
    architect: createScriptedModel(...planning(sample)),
    tester: createScriptedModel(...testing(sample)),
    coders: [createScriptedModel(...coding(sample))],
  });

  expect(end).toMatchObject({ outcome: 'solved', chosen: 1 });
  const result = end.state.attempts[0]?.result;
  expect(result?.criteria).toMatchObject([{ id: 'c1', result: 'passed' }]);
  expect(await here.patchOf(end)).toContain(sample.testFile.path);
});

function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}
