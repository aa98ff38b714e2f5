import { type ScriptedModel, startScriptedModel } from '../../packages/server/src/testing/scripted-model.ts';
import { modelPort, scriptedProvider } from './addresses.ts';
import { test as base } from './team.ts';

/** The tests of the server in team mode that talk with its model. */
export const test = base.extend<object, { model: ScriptedModel }>({
  model: [
    // Playwright wants a pattern here, although nothing is taken from it.
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const model = await startScriptedModel({ port: modelPort, provider: scriptedProvider });
      await use(model);
      await model.close();
    },
    { scope: 'worker' },
  ],
});
