import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createScriptedModel } from '#agent/testing/scripted-model.ts';
import { isRoot, openTemporaryFolder } from '#sandbox/testing/boxes.ts';
import { createMachinesSandbox } from '#sandbox/testing/test-sandbox.ts';
import { coding, planning, testing, typescriptSample } from '#workflows/solving/testing/repositories.ts';
import { openSolve } from '#workflows/solving/testing/solve-here.ts';

test.runIf(isRoot)('an issue is solved in boxes on other machines, and what ran there says so (H5 H9)', async () => {
  const here = await openSolve(typescriptSample.files, typescriptSample.issue, async () => {
    const folder = await openTemporaryFolder();
    return { folder, sandbox: createMachinesSandbox(join(folder, 'boxes')), logFolder: join(folder, 'logs') };
  });

  const end = await here.solve({
    architect: createScriptedModel(...planning(typescriptSample)),
    tester: createScriptedModel(...testing(typescriptSample)),
    coders: [createScriptedModel(...coding(typescriptSample))],
  });

  expect(end).toMatchObject({ outcome: 'solved', chosen: 1 });
  expect(end.state.attempts[0]?.result?.criteria).toMatchObject([{ id: 'c1', result: 'passed' }]);
  expect(await here.patchOf(end)).toContain(typescriptSample.testFile.path);
});
