import { LLMock } from '@copilotkit/aimock';
import { type ModelCall, type ModelName, type ModelProvider, modelProviders } from '@yudai/contract';
import { generateText, isStepCount, streamText, tool } from 'ai';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { createModels } from './create-models.ts';
import { hurriedTime } from './testing/held-time.ts';

const mock = new LLMock({ strict: true, logLevel: 'silent' });
beforeAll(async () => void (await mock.start()));
afterAll(() => mock.stop());
beforeEach(() => void mock.clearChaos().reset());

const paths: Record<ModelProvider, string> = {
  openai: '/v1',
  anthropic: '/v1',
  google: '/v1beta',
  openrouter: '/api/v1',
  compatible: '/v1',
};
const names: Record<ModelProvider, ModelName> = {
  openai: 'openai/gpt-4o-mini',
  anthropic: 'anthropic/claude-sonnet-4-5',
  google: 'google/gemini-2.5-flash',
  openrouter: 'openrouter/deepseek/deepseek-chat',
  compatible: 'compatible/qwen3',
};

function modelOf(provider: ModelProvider) {
  const calls: ModelCall[] = [];
  const chat = [{ model: names[provider], temperature: null, maxOutputTokens: 500 }];
  const models = createModels(
    {
      providers: { [provider]: { url: `${mock.url}${paths[provider]}`, key: 'a-key' } },
      roles: { chat, writer: [], architect: [], coder: [], reviewer: [], mentor: [] },
    },
    { time: hurriedTime(), random: () => 0, onCall: (call) => void calls.push(call) },
  );
  return { models, calls, model: models.forRole('chat') };
}

const usage = {
  prompt_tokens: 400,
  completion_tokens: 80,
  total_tokens: 480,
  input_tokens: 400,
  output_tokens: 80,
  promptTokenCount: 400,
  candidatesTokenCount: 80,
  totalTokenCount: 480,
};

test.each(modelProviders)('%s: text arrives in pieces, tokens are counted (I7)', async (provider) => {
  mock.onMessage('Say hello', { content: 'Hello from the other side.', usage }, { chunkSize: 6 });
  const { model, calls } = modelOf(provider);

  const pieces: string[] = [];
  for await (const text of streamText({ model, prompt: 'Say hello' }).textStream) pieces.push(text);

  expect(pieces.join('')).toBe('Hello from the other side.');
  expect(pieces.length).toBeGreaterThan(2);
  expect(calls).toMatchObject([
    { model: names[provider], outcome: 'answered', inputTokens: 400, outputTokens: 80, attempts: 1 },
  ]);
});

test.each(modelProviders)('%s: a tool is called, and its result goes back to the model (I7)', async (provider) => {
  const stop = provider === 'google' ? { finishReason: 'stop' } : {};
  mock.onTurn(0, 'weather', { toolCalls: [{ name: 'weather', arguments: '{"city":"Kyoto"}' }], usage, ...stop });
  mock.onTurn(1, 'weather', { content: 'It rains in Kyoto.', usage });
  const { model, calls } = modelOf(provider);
  const cities: string[] = [];

  const { text } = await generateText({
    model,
    prompt: 'How is the weather?',
    stopWhen: isStepCount(3),
    tools: {
      weather: tool({
        inputSchema: z.object({ city: z.string() }),
        execute: ({ city }) => {
          cities.push(city);
          return 'rain';
        },
      }),
    },
  });

  expect(cities).toEqual(['Kyoto']);
  expect(text).toBe('It rains in Kyoto.');
  expect(calls.map(({ outcome, outputTokens }) => [outcome, outputTokens])).toEqual([
    ['answered', 80],
    ['answered', 80],
  ]);
});

test.each(modelProviders)('%s: after a 429 the same request is sent again (I12)', async (provider) => {
  mock.onMessage('Say hello', { content: 'Hello.', usage });
  mock.nextRequestError(429, { message: 'slow down', type: 'rate_limit_error' });
  const { model, calls } = modelOf(provider);

  expect((await generateText({ model, prompt: 'Say hello' })).text).toBe('Hello.');
  expect(calls).toMatchObject([{ outcome: 'answered', attempts: 2 }]);
});

test.each(modelProviders)('%s: a wrong key is refused in words, and nothing is sent again (I10)', async (provider) => {
  mock.onMessage('Say hello', { error: { message: 'bad key a-key', type: 'authentication_error' }, status: 401 });
  const { model } = modelOf(provider);

  const error = await generateText({ model, prompt: 'Say hello' }).then(String, (caught: unknown) => caught);

  expect(error).toMatchObject({ name: 'ModelError', reason: 'refused' });
  expect(String(error)).not.toContain('a-key');
  expect(mock.getRequests()).toHaveLength(1);
});

test.each(modelProviders)('%s: a body that is no JSON is a failure of the way (I10)', async (provider) => {
  mock.onMessage('Say hello', { content: 'Hello.', usage });
  mock.setChaos({ malformedRate: 1 });
  const { model, calls } = modelOf(provider);

  const error = await generateText({ model, prompt: 'Say hello' }).then(String, (caught: unknown) => caught);

  expect(error).toMatchObject({ name: 'ModelError' });
  expect(['malformed', 'unreachable']).toContain(calls[0]?.outcome);
  expect(calls).toMatchObject([{ attempts: 3 }]);
});

test.each(modelProviders)('%s: a stream that is cut keeps its beginning and says so (I10)', async (provider) => {
  mock.addFixture({
    match: { userMessage: 'Say hello' },
    response: { content: 'Hello from the other side, at length and more.', usage },
    chunkSize: 4,
    truncateAfterChunks: 9,
    latency: 10,
  });
  const { model, calls } = modelOf(provider);

  const seen: unknown[] = [];
  const result = streamText({ model, prompt: 'Say hello', onError: () => undefined });
  for await (const part of result.fullStream) {
    if (part.type === 'text-delta') seen.push(part.text);
    if (part.type === 'error') seen.push(part.error);
  }

  expect(seen.slice(0, -1).join('')).toMatch(/^Hell/);
  expect(seen.at(-1)).toMatchObject({ name: 'ModelError', reason: 'unreachable' });
  expect(calls).toMatchObject([{ outcome: 'unreachable', attempts: 1 }]);
});

test.each(modelProviders)('%s: an empty answer is none (I10)', async (provider) => {
  mock.onMessage('Say hello', { content: '', usage });
  const { model } = modelOf(provider);

  const error = await generateText({ model, prompt: 'Say hello' }).then(String, (caught: unknown) => caught);

  expect(error).toMatchObject({ name: 'ModelError', reason: 'malformed' });
  expect(String(error)).toContain('empty');
});

test('what people say is not kept by OpenAI, and every answer has a limit (I7)', async () => {
  mock.onMessage('Say hello', { content: 'Hello.', usage });
  const sent: unknown[] = [];
  const models = createModels(
    {
      providers: { openai: { url: `${mock.url}/v1`, key: 'a-key' } },
      roles: {
        chat: [{ model: names.openai, temperature: 0.2, maxOutputTokens: 500 }],
        writer: [],
        architect: [],
        coder: [],
        reviewer: [],
        mentor: [],
      },
    },
    {
      fetch: (url, init) => {
        if (typeof init?.body === 'string') sent.push(JSON.parse(init.body));
        return fetch(url, init);
      },
    },
  );

  await generateText({ model: models.forRole('chat'), prompt: 'Say hello' });

  expect(sent).toMatchObject([{ store: false, max_output_tokens: 500, temperature: 0.2 }]);
});

test.each(modelProviders)(
  '%s: goes on with a conversation that another provider began, without its private marks (I7)',
  async (provider) => {
    mock.onMessage('And in Osaka?', { content: 'There it is dry.', usage });
    const { model } = modelOf(provider);
    const other = provider === 'openai' ? 'anthropic' : 'openai';
    const marks = {
      [other]: {
        itemId: 'mark-of-another',
        signature: 'mark-of-another',
        reasoningEncryptedContent: 'mark-of-another',
      },
    };

    const { text, warnings } = await generateText({
      model,
      messages: [
        { role: 'user', content: 'How is the weather in Kyoto?' },
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: 'I should look.', providerOptions: marks },
            { type: 'text', text: 'Let me look.', providerOptions: marks },
            {
              type: 'tool-call',
              toolCallId: 'call_1',
              toolName: 'weather',
              input: { city: 'Kyoto' },
              providerOptions: marks,
            },
          ],
        },
        {
          role: 'tool',
          content: [
            { type: 'tool-result', toolCallId: 'call_1', toolName: 'weather', output: { type: 'text', value: 'rain' } },
          ],
        },
        { role: 'assistant', content: 'It rains.' },
        { role: 'user', content: 'And in Osaka?' },
      ],
    });

    expect(text).toBe('There it is dry.');
    // They would be printed, and would quote what was said.
    expect(warnings).toEqual([]);
    const sent = JSON.stringify(mock.getRequests()[0]?.body);
    expect(sent).toContain('Let me look.');
    expect(sent).not.toContain('mark-of-another');
  },
);
