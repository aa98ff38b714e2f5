import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { findAgent } from '#agent/acp/find-agent.ts';
import { installDouble } from '#agent/acp/testing/install-double.ts';
import { createScriptedModel } from '#agent/testing/scripted-model.ts';
import { createModels } from '#models/index.ts';
import { startRawProvider, status } from '#models/testing/start-raw-provider.ts';
import { needBoxes } from '#sandbox/testing/boxes.ts';
import type { ForeignCoder } from '#workflows/solving/index.ts';
import { planning, testing, typescriptSample as sample } from '#workflows/solving/testing/repositories.ts';
import { openSolve } from '#workflows/solving/testing/solve-here.ts';

beforeEach(needBoxes);

/** An agent of somebody else whose model says these commands, one each time that it is asked to work. */
async function foreignCoder(...commands: string[]) {
  const answers = commands.map((command) =>
    status(200, {
      choices: [{ message: { content: JSON.stringify({ command }) } }],
      usage: { prompt_tokens: 5, completion_tokens: 1 },
    }),
  );
  const provider = await startRawProvider(...answers);
  onTestFinished(() => provider[Symbol.asyncDispose]());
  const agent = await findAgent(await installDouble(), 'opencode');
  if (agent === null) throw new Error('The double is installed.');
  const one = [{ model: 'compatible/chosen', temperature: null, maxOutputTokens: 1000 }];
  const models = createModels({
    providers: { compatible: { url: provider.url, key: 'sk-of-the-host' } },
    roles: { chat: one, writer: one, architect: one, coder: one, reviewer: one, mentor: one },
  });
  const coder: ForeignCoder = {
    name: 'opencode · compatible/chosen',
    agent,
    openRelay: (admit) => models.relayFor('coder', { signal: new AbortController().signal, admit }),
  };
  return { coder, provider };
}

const fix = `sed -i 's/a + b, 1)/a + b, 0)/' ${sample.fix.path}`;

test('an agent of somebody else writes the code, and what it made is judged like everything else (H9 H12)', async () => {
  const here = await openSolve(sample.files, sample.issue);
  const { coder, provider } = await foreignCoder('true', `rm ${sample.testFile.path}; ${fix}`);

  const end = await here.solve({
    architect: createScriptedModel(...planning(sample)),
    tester: createScriptedModel(...testing(sample)),
    coders: [coder],
  });

  expect(end.outcome).toBe('solved');
  expect(provider.requests[0]).toContain(sample.issue.title);
  expect(provider.requests[1]).toContain('Nothing was changed yet.');
  const last = here.news.findLast((one) => one.what === 'stage' && one.stage.stage === 'coder');
  expect(last).toMatchObject({
    stage: { model: 'opencode · compatible/chosen', steps: 2, stop: 'submitted', trespasses: [sample.testFile.path] },
  });
  expect(await here.patchOf(end)).toContain('+  return numbers.reduce((a, b) => a + b, 0);');
});

test('an agent of somebody else that gets nowhere is told so three times, and then it is unsolved (H4 H9)', async () => {
  const here = await openSolve(sample.files, sample.issue);
  const { coder, provider } = await foreignCoder('true');

  const end = await here.solve({
    architect: createScriptedModel(...planning(sample)),
    tester: createScriptedModel(...testing(sample)),
    coders: [coder],
  });

  expect(end).toMatchObject({ outcome: 'unsolved', reason: expect.stringContaining('Nothing was changed yet.') });
  expect(provider.requests.length).toBe(3);
});
