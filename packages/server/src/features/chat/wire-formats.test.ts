// One database is enough: what differs here is the provider.
import type { ModelProvider } from '@yudai/contract';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type ScriptedModel, startScriptedModel } from '#testing/scripted-model.ts';
import { isQuiet, startChat, type TestChat, wordsOf } from '#testing/start-chat.ts';

const others = ['openai', 'anthropic', 'google', 'openrouter'] as const;
const models = new Map<ModelProvider, ScriptedModel>();
let chat: TestChat;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yudai-prices-'));
  const prices = join(folder, 'prices.json');
  await writeFile(prices, JSON.stringify({ 'openai/scripted': { input: 2, output: 8 } }));
  for (const provider of others) models.set(provider, await startScriptedModel({ provider }));
  const env = Object.assign({}, ...[...models.values()].map((model) => model.env)) as Record<string, string>;
  const names = ['compatible/scripted', ...[...models.values()].map(({ name }) => name)];
  chat = await startChat(
    { 'src/a.ts': 'export const a = 1;\n' },
    { env: { ...env, YUDAI_MODELS: names.join(','), YUDAI_MODEL_PRICES: prices } },
  );
  models.set('compatible', chat.model);
});
afterAll(async () => {
  await chat.close();
  for (const provider of others) await models.get(provider)?.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  for (const model of models.values()) model.reset();
});

function modelOf(provider: ModelProvider): ScriptedModel {
  const model = models.get(provider);
  if (model === undefined) throw new Error(`There is no model of ${provider}.`);
  return model;
}

const providers = ['compatible', ...others] as const;

test.each(providers)('%s: tools, words and what they used come through (D7 I7)', async (provider) => {
  const { app } = chat;
  const model = modelOf(provider);
  model.say(
    { text: 'Looking.', tools: [{ name: 'read', input: { path: 'src/a.ts' } }], usage: { input: 40, output: 4 } },
    { text: 'It is `src/a.ts:1-1`.', usage: { input: 60, output: 6 } },
  );
  const id = await chat.begin();

  await app.client.chat.send({ id, text: 'What is a?', model: model.name });
  await chat.until(id, isQuiet);

  const answer = (await app.client.chat.get({ id })).messages[1];
  expect(answer).toMatchObject({ status: 'complete', model: model.name });
  expect(answer?.parts.map((part) => (part.type === 'text' ? part.text : part.type))).toEqual([
    'Looking.',
    'tool',
    'It is `src/a.ts:1-1`.',
  ]);
  expect(answer?.usage).toMatchObject({ inputTokens: 100, outputTokens: 10 });
  expect(answer?.citations.map(({ state }) => state)).toEqual(['verified']);
});

test.each(providers)(
  '%s: a stream that is cut ends as a failed turn that keeps what was said (D9 I10)',
  async (provider) => {
    const { app } = chat;
    const model = modelOf(provider);
    model.on('Tell me.', { text: 'These words came before the cut, and these did not.', pieceSize: 6, cutAfter: 6 });
    const id = await chat.begin();

    await app.client.chat.send({ id, text: 'Tell me.', model: model.name });
    await chat.until(id, isQuiet);

    const answer = (await app.client.chat.get({ id })).messages[1];
    expect(answer?.status).toBe('failed');
    expect(answer?.error?.message).not.toMatch(/socket|ECONN|terminated/);
    expect(wordsOf(answer)).toMatch(/^These/);
    expect(wordsOf(answer)).not.toContain('did not');
  },
);

test('a model that is chosen is never exchanged for another; without a choice the next one answers (I7)', async () => {
  const { app } = chat;
  modelOf('compatible').on('Hello', { status: 401 });
  modelOf('openai').on('Hello', { text: 'From the second.' });
  const [chosen, free] = [await chat.begin(), await chat.begin()];

  await app.client.chat.send({ id: chosen, text: 'Hello', model: 'compatible/scripted' });
  await chat.until(chosen, isQuiet);
  const state = await chat.ask(free, 'Hello');

  expect((await app.client.chat.get({ id: chosen })).messages[1]?.status).toBe('failed');
  expect(state.messages[1]).toMatchObject({ status: 'complete', model: 'openai/scripted' });
});

test('a price that is not known is said so; a known one is charged, and over the budget of its project a turn waits and asks (D4 I7)', async () => {
  const { app, projectId } = chat;
  modelOf('compatible').say({ text: 'Free of charge.', usage: { input: 10, output: 2 } });
  modelOf('openai').say({ text: 'Dear.', usage: { input: 1_000_000, output: 0 } });
  const unpriced = await chat.ask(await chat.begin(), 'Hello?');
  expect(unpriced.messages[1]?.usage?.costMicros).toBeNull();
  await app.client.models.setProjectBudget({ projectId, limitMicros: 1_500_000, limitMs: null });

  const id = await chat.begin();
  const { job } = await app.client.chat.send({ id, text: 'And you?', model: 'openai/scripted' });
  const jobId = job?.id ?? '';
  await vi.waitFor(async () => expect((await app.client.jobs.get({ id: jobId })).status).toBe('waiting_for_input'));
  const { questions, costMicros } = await app.client.jobs.get({ id: jobId });
  await app.client.jobs.respond({
    id: jobId,
    answers: [{ questionId: questions?.[0]?.id ?? '', answer: 'raise' }],
  });
  await chat.until(id, isQuiet);

  const { messages, statistics } = await app.client.chat.get({ id });
  expect(costMicros).toBe(2_000_000);
  expect(messages[1]).toMatchObject({ status: 'complete', usage: { costMicros: 2_000_000 } });
  expect(statistics.costMicros).toBe(2_000_000);
});
