import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LLMock } from '@copilotkit/aimock';
import { type ModelProvider, modelProviders } from '@yudai/contract';
import { generateText, streamText } from 'ai';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { recordTo, replayFrom } from './cassette.ts';
import { createModels } from './create-models.ts';

const mock = new LLMock({ strict: true, logLevel: 'silent' });
let folder: string;
let file: string;
beforeAll(async () => void (await mock.start()));
afterAll(() => mock.stop());
beforeEach(async () => {
  mock.reset();
  folder = await mkdtemp(join(tmpdir(), 'yudai-cassette-'));
  file = join(folder, 'cassette.jsonl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const paths: Record<ModelProvider, string> = {
  openai: '/v1',
  anthropic: '/v1',
  google: '/v1beta',
  openrouter: '/api/v1',
  compatible: '/v1',
};
const key = 'sk-very-secret-key';

function modelOver(provider: ModelProvider, fetch: typeof globalThis.fetch, origin = mock.url) {
  const chat = [{ model: `${provider}/some-model`, temperature: null, maxOutputTokens: 500 }];
  return createModels(
    {
      providers: { [provider]: { url: `${origin}${paths[provider]}`, key } },
      roles: { chat, writer: [], architect: [], coder: [], reviewer: [], mentor: [] },
    },
    { fetch },
  ).forRole('chat');
}

async function piecesOf(model: ReturnType<typeof modelOver>, prompt: string): Promise<string[]> {
  const pieces: string[] = [];
  for await (const text of streamText({ model, prompt }).textStream) pieces.push(text);
  return pieces;
}

test.each(modelProviders)('%s: what was recorded is replayed piece by piece without the model', async (provider) => {
  mock.onMessage('Say hello', { content: `Hello, your key is ${key}, I think.` }, { chunkSize: 5 });
  mock.onMessage('again', { content: 'Hello again.' }, { chunkSize: 5 });
  const recording = modelOver(provider, recordTo(file, fetch, [key]));
  await piecesOf(recording, 'Say hello');
  const recorded = await piecesOf(recording, 'And again');

  // Another key and another address, as where the recording is sent to.
  const replaying = modelOver(provider, replayFrom(file), 'https://elsewhere.example');
  const replayed = await piecesOf(replaying, 'And again');

  expect(replayed).toEqual(recorded);
  expect(replayed.length).toBeGreaterThan(1);
});

test('no key is in a recording, in nothing that was sent or answered, and only its owner reads it (N13)', async () => {
  // A provider that repeats the key: in one piece, and torn over two.
  mock.onMessage('Say hello', { content: `Your key is ${key}.` }, { chunkSize: 200 });
  mock.onMessage('refuse', { error: { message: `Incorrect API key provided: ${key}.` }, status: 401 });
  for (const provider of modelProviders) {
    const model = modelOver(provider, recordTo(file, fetch, [key]));
    await generateText({ model, prompt: 'Say hello' });
    await generateText({ model, prompt: 'refuse' }).catch(() => undefined);
  }

  const written = await readFile(file, 'utf8');
  expect(written.trim().split('\n')).toHaveLength(2 * modelProviders.length);
  expect(written).toContain('[secret]');
  expect(written).not.toContain(key);
  expect((await stat(file)).mode & 0o077).toBe(0);
});

test('a request that was not recorded is a failure that says which, and nobody is asked instead', async () => {
  mock.onMessage('Say hello', { content: 'Hello.' });
  await generateText({ model: modelOver('openai', recordTo(file, fetch, [key])), prompt: 'Say hello' });

  const replaying = modelOver('openai', replayFrom(file));
  const other = await generateText({ model: replaying, prompt: 'Say goodbye' }).then(String, (error: unknown) => error);
  await generateText({ model: replaying, prompt: 'Say hello' });
  const twice = await generateText({ model: replaying, prompt: 'Say hello' }).then(String, (error: unknown) => error);

  expect(other).toMatchObject({ name: 'ModelError', reason: 'failed', detail: 'not recorded' });
  expect(String(other)).toContain('not in the recording: /responses, some-model, 1 messages');
  expect(twice).toMatchObject({ detail: 'not recorded' });
  expect(mock.getRequests()).toHaveLength(1);
});

test('what stands around data in a prompt is new each time, and the recording holds all the same', async () => {
  mock.onMessage('code', { content: 'It is code.' });
  const asking = (mark: string) => `data-${mark.repeat(18)} a.ts\ncode\n/data-${mark.repeat(18)}`;
  await generateText({ model: modelOver('openai', recordTo(file, fetch, [key])), prompt: asking('a') });

  const { text } = await generateText({ model: modelOver('openai', replayFrom(file)), prompt: asking('b') });

  expect(text).toBe('It is code.');
});

test('the same request asked twice gets its answers in their order', async () => {
  let count = 0;
  mock.onMessage('Say', () => ({ content: `Answer ${(count += 1)}.` }));
  const recording = modelOver('anthropic', recordTo(file, fetch, [key]));
  const ask = async (model: typeof recording) => (await generateText({ model, prompt: 'Say something' })).text;
  await ask(recording);
  await ask(recording);

  const replaying = modelOver('anthropic', replayFrom(file));

  expect([await ask(replaying), await ask(replaying)]).toEqual(['Answer 1.', 'Answer 2.']);
});

test('a file that is no recording is refused by its line', async () => {
  await writeFile(file, '{"request":1}\n');

  const error = await generateText({ model: modelOver('openai', replayFrom(file)), prompt: 'x' }).then(
    String,
    (caught: unknown) => caught,
  );

  expect(String(error)).toContain('its line 1 is none of ours');
});
