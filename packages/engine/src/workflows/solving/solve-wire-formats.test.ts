import { LLMock } from '@copilotkit/aimock';
import type { ModelProvider } from '@yudai/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ScriptedTurn } from '#agent/testing/scripted-model.ts';
import { createModels } from '#models/index.ts';
import { needBoxes } from '#sandbox/testing/boxes.ts';
import { coding, planning, testing, typescriptSample as sample } from '#workflows/solving/testing/repositories.ts';
import { openSolve } from '#workflows/solving/testing/solve-here.ts';

const mock = new LLMock({ strict: true, logLevel: 'silent' });
beforeAll(async () => void (await mock.start()));
afterAll(() => mock.stop());
beforeEach(needBoxes);

const providers: readonly (readonly [ModelProvider, string])[] = [
  ['openai', '/v1'],
  ['anthropic', '/v1'],
];

/** Each role is a model of its own, which does its turns by how many answers of tools it has seen: every turn calls some. */
function script(model: string, turns: readonly ScriptedTurn[]): void {
  let seen = 0;
  for (const { text, tools = [] } of turns) {
    const answers = seen;
    seen += tools.length;
    mock.addFixture({
      match: {
        model,
        predicate: ({ messages }) => messages.filter(({ role }) => role === 'tool').length === answers,
      },
      response: {
        toolCalls: tools.map(({ name, input }) => ({ name, arguments: JSON.stringify(input) })),
        ...(text === undefined ? {} : { content: text }),
      },
    });
  }
}

test.each(providers)('an issue is solved by models that speak like %s (H4 I10)', async (provider, path) => {
  mock.reset();
  const roles = { planner: planning(sample), tester: testing(sample), coder: coding(sample) };
  // A call of a tool that there is not, and one with a wrong input: the model is told, and goes on.
  const mistakes: ScriptedTurn = {
    tools: [
      { name: 'teleport', input: {} },
      { name: 'read', input: { path: 7 } },
    ],
  };
  for (const [model, turns] of Object.entries(roles)) {
    script(model, model === 'coder' ? [mistakes, ...turns] : turns);
  }
  const candidates = Object.keys(roles).map((model) => ({
    model: `${provider}/${model}`,
    temperature: null,
    maxOutputTokens: 500,
  }));
  const models = createModels({
    providers: { [provider]: { url: `${mock.url}${path}`, key: 'a-key' } },
    roles: { chat: candidates, writer: [], architect: [], coder: [], reviewer: [], mentor: [] },
  });
  const model = (name: string) => models.forRole('chat', { candidate: `${provider}/${name}` });
  const here = await openSolve(sample.files, sample.issue);

  const end = await here.solve({ architect: model('planner'), tester: model('tester'), coders: [model('coder')] });

  expect(end).toMatchObject({ outcome: 'solved' });
  const answers = JSON.stringify(mock.getRequests());
  expect(answers).toContain("There is no tool 'teleport'.");
  expect(answers).toContain('The input does not fit');
});
