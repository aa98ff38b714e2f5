import { LLMock } from '@copilotkit/aimock';
import { type ModelCall, type ModelName, type ModelProvider, modelProviders } from '@yudai/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { askFor } from './ask-for.ts';
import { createModels } from './create-models.ts';
import { hurriedTime } from './testing/held-time.ts';

const mock = new LLMock({ strict: true, logLevel: 'silent' });
beforeAll(async () => void (await mock.start()));
afterAll(() => mock.stop());
beforeEach(() => void mock.reset());

const paths: Record<ModelProvider, string> = {
  openai: '/v1',
  anthropic: '/v1',
  google: '/v1beta',
  openrouter: '/api/v1',
  compatible: '/v1',
};

function writerOf(provider: ModelProvider) {
  const model: ModelName = `${provider}/some-model`;
  const calls: ModelCall[] = [];
  const models = createModels(
    {
      providers: { [provider]: { url: `${mock.url}${paths[provider]}`, key: 'a-key' } },
      roles: {
        chat: [],
        writer: [{ model, temperature: null, maxOutputTokens: 500 }],
        architect: [],
        coder: [],
        reviewer: [],
        mentor: [],
      },
    },
    { time: hurriedTime(), onCall: (call) => void calls.push(call) },
  );
  return { models, model, calls, writer: models.forRole('writer') };
}

const schema = z.strictObject({ title: z.string().min(3), priority: z.enum(['low', 'high']) });
const { signal } = new AbortController();
const request = {
  schema,
  name: 'issue',
  instructions: 'Write an issue.',
  messages: [{ role: 'user' as const, content: 'The button is blue.' }],
  signal,
};
const good = JSON.stringify({ title: 'Make it green', priority: 'low' });

test.each(modelProviders)('%s: an answer of the wanted shape is read (I7)', async (provider) => {
  mock.onMessage('button', { content: good });
  const { writer } = writerOf(provider);

  expect(await askFor({ ...request, model: writer })).toEqual({ title: 'Make it green', priority: 'low' });
});

test.each(modelProviders)('%s: an answer that does not fit goes back with what is wrong (I14)', async (provider) => {
  const wrong = JSON.stringify({ title: 'Make it green', priority: 'urgent', extra: 1 });
  mock.onTurn(0, /./, { content: wrong });
  mock.onTurn(1, /./, { content: good });
  const { writer, calls } = writerOf(provider);

  expect(await askFor({ ...request, model: writer })).toMatchObject({ priority: 'low' });
  expect(calls).toHaveLength(2);
  const second = JSON.stringify(mock.getRequests()[1]?.body);
  expect(second).toContain('priority: ');
  expect(second).toContain('extra');
});

test('answers that never fit are a failure in words after two rounds, and no outage of the model (I11)', async () => {
  mock.onMessage(/./, { content: '{"title": 1}' });
  const { models, model, writer, calls } = writerOf('openai');

  for (let i = 0; i < 3; i += 1) {
    const error = await askFor({ ...request, model: writer }).then(String, (caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'ModelError', reason: 'malformed' });
  }

  expect(calls).toHaveLength(9);
  expect(calls.every(({ outcome }) => outcome === 'answered')).toBe(true);
  expect(models.stateOf(model).state).toBe('ready');
});

test.each([
  ['a fence', `Here it is:\n\`\`\`json\n${good}\n\`\`\`\nDone.`],
  ['a sentence before', `Sure! ${good}`],
])('%s around the answer does no harm', async (_, content) => {
  mock.onMessage('button', { content });
  const { writer, calls } = writerOf('compatible');

  expect(await askFor({ ...request, model: writer })).toMatchObject({ title: 'Make it green' });
  expect(calls).toHaveLength(1);
});

test('what the schema cannot say is checked too, and told in the same way', async () => {
  mock.onTurn(0, /./, { content: good });
  mock.onTurn(1, /./, { content: JSON.stringify({ title: 'Paint the button green', priority: 'low' }) });
  const { writer } = writerOf('anthropic');
  const check = ({ title }: { title: string }) =>
    title.includes('button') ? [] : ['The title does not name the button.'];

  expect(await askFor({ ...request, model: writer, check })).toMatchObject({ title: 'Paint the button green' });
  expect(JSON.stringify(mock.getRequests()[1]?.body)).toContain('does not name the button');
});
