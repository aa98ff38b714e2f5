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

test.each([
  ['TypeScript', typescriptSample],
  ['Python', pythonSample],
  ['Go', goSample],
])('an issue of a %s repository is solved, and what ran says so (H4 H5 H6 H12)', async (_language, sample) => {
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
