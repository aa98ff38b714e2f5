import type { ServerResponse } from 'node:http';
import { type ModelCall, type ModelName, modelCall } from '@yudai/contract';
import { generateText, streamText } from 'ai';
import { expect, test } from 'vitest';
import { createModels } from './create-models.ts';
import { ModelError } from './model-error.ts';
import type { ModelsSettings } from './settings.ts';
import { holdTime, hurriedTime } from './testing/held-time.ts';
import { ending, piece, type RawProvider, startRawProvider, status, stream } from './testing/start-raw-provider.ts';
import type { Time } from './time.ts';

/** Models over one raw server for each candidate: `compatible/one` and, on the second server, `openrouter/two`. */
function modelsOver(first: RawProvider, second?: RawProvider, time: Time = hurriedTime()) {
  const calls: ModelCall[] = [];
  const candidate = (model: ModelName) => ({ model, temperature: null, maxOutputTokens: 100 });
  const chat = [candidate('compatible/one'), ...(second === undefined ? [] : [candidate('openrouter/two')])];
  const none = { writer: [], architect: [], coder: [], reviewer: [], mentor: [] };
  const settings: ModelsSettings = {
    providers: {
      compatible: { url: first.url, key: 'key-of-one' },
      ...(second === undefined ? {} : { openrouter: { url: second.url, key: 'key-of-two' } }),
    },
    roles: { chat, ...none },
  };
  const models = createModels(settings, { time, random: () => 0, onCall: (call) => void calls.push(call) });
  return { models, calls, model: models.forRole('chat') };
}

const prompt = 'Say hello.';
const fail = async (work: PromiseLike<unknown>): Promise<unknown> => await work.then(String, (error: unknown) => error);

test('an answer is streamed piece by piece, and the call is reported once with its tokens (I7)', async () => {
  await using provider = await startRawProvider(stream(['Hel', 'lo']));
  const { model, calls } = modelsOver(provider);

  const pieces: string[] = [];
  for await (const text of streamText({ model, prompt }).textStream) pieces.push(text);

  expect(pieces).toEqual(['Hel', 'lo']);
  expect(calls).toEqual([
    {
      role: 'chat',
      model: 'compatible/one',
      outcome: 'answered',
      inputTokens: 10,
      cachedTokens: 0,
      outputTokens: 2,
      reasoningTokens: 0,
      costMicros: null,
      ms: 0,
      firstTokenMs: 0,
      attempts: 1,
    },
  ]);
  expect(modelCall.safeParse(calls[0]).success).toBe(true);
  expect(JSON.parse(provider.requests[0] ?? '')).toMatchObject({ model: 'one', max_tokens: 100, stream: true });
});

test.each([429, 500, 502, 503, 529, 408, 409, 425])(
  'HTTP %i may pass: it is tried again after 2 s and 4 s, then the next candidate is asked (I7 I12)',
  async (code) => {
    await using first = await startRawProvider(status(code, { error: { message: 'no' } }));
    await using second = await startRawProvider(stream(['from two']));
    const time = hurriedTime();
    const { model, calls } = modelsOver(first, second, time);

    const { text } = await generateText({ model, prompt });

    expect(text).toBe('from two');
    expect(time.slept).toEqual([2_000, 4_000]);
    expect(first.requests).toHaveLength(3);
    expect(calls).toMatchObject([{ model: 'openrouter/two', outcome: 'answered', attempts: 4 }]);
  },
);

test.each([400, 422])('HTTP %i is at fault in the request: neither tried again nor elsewhere (I12)', async (code) => {
  // The words say what a judge of words would take for an outage.
  await using first = await startRawProvider(status(code, { error: { message: 'timeout 500 overloaded 429' } }));
  await using second = await startRawProvider(stream(['never']));
  const { model, calls } = modelsOver(first, second);

  const error = await fail(generateText({ model, prompt }));

  expect(error).toMatchObject({ name: 'ModelError', reason: 'failed', model: 'compatible/one' });
  expect([first.requests.length, second.requests.length]).toEqual([1, 0]);
  expect(calls).toMatchObject([{ outcome: 'failed', attempts: 1, costMicros: 0 }]);
});

test.each([401, 403, 404])('HTTP %i is not tried again; the next candidate is asked (I12)', async (code) => {
  await using first = await startRawProvider(status(code, { error: { message: 'key-of-one is not a key' } }));
  await using second = await startRawProvider(stream(['from two']));
  const { models, model } = modelsOver(first, second);

  const { text } = await generateText({ model, prompt });
  const error = await fail(generateText({ model: models.forRole('chat', { candidate: 'compatible/one' }), prompt }));

  expect(text).toBe('from two');
  expect(first.requests).toHaveLength(2);
  expect(error).toMatchObject({ reason: 'refused' });
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('key-of-one');
});

test('a quota that is used up comes as 429, and waiting does not help (I12)', async () => {
  await using first = await startRawProvider(status(429, { error: { code: 'insufficient_quota', message: 'pay' } }));
  const { model } = modelsOver(first);

  const error = await fail(generateText({ model, prompt }));

  expect(error).toMatchObject({ reason: 'limited' });
  expect(first.requests).toHaveLength(1);
});

test('Retry-After is waited for up to 30 s; longer, and the next candidate is asked at once (I12)', async () => {
  await using first = await startRawProvider(
    status(429, {}, { 'retry-after': '7' }),
    stream(['one after all']),
    status(429, {}, { 'retry-after': '120' }),
  );
  await using second = await startRawProvider(stream(['from two']));
  const time = hurriedTime();
  const { models, model } = modelsOver(first, second, time);

  const waited = await generateText({ model, prompt });
  const went = await generateText({ model, prompt });
  const alone = await fail(generateText({ model: models.forRole('chat', { candidate: 'compatible/one' }), prompt }));

  expect([waited.text, went.text]).toEqual(['one after all', 'from two']);
  expect(time.slept).toEqual([7_000]);
  expect(alone).toMatchObject({ reason: 'limited', retryAfterMs: 120_000 });
  expect(String(alone)).toContain('Try again in 2 minutes.');
});

test.each([
  ['a page instead of an answer', (response) => response.end('<html>')],
  ['JSON that breaks off', (response) => response.end('data: {"choices": [{"delta"\n\n')],
  ['nothing', (response) => response.end()],
  ['an end without an answer', (response) => response.end(ending)],
  ['an empty text', (response) => response.end(piece({ content: '' }) + ending)],
] satisfies [string, (response: ServerResponse) => void][])(
  'HTTP 200 with %s is a failure, and another candidate answers (I10)',
  async (_, body) => {
    await using first = await startRawProvider((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      body(response);
    });
    await using second = await startRawProvider(stream(['from two']));
    const { models, model } = modelsOver(first, second);

    const { text } = await generateText({ model, prompt });
    const error = await fail(generateText({ model: models.forRole('chat', { candidate: 'compatible/one' }), prompt }));

    expect(text).toBe('from two');
    expect(error).toBeInstanceOf(ModelError);
    expect(['malformed', 'unreachable']).toContain(error instanceof ModelError ? error.reason : '');
  },
);

test('nobody there is unreachable, in words for a person (I10)', async () => {
  const first = await startRawProvider();
  await first[Symbol.asyncDispose]();
  const { model } = modelsOver(first);

  const error = await fail(generateText({ model, prompt }));

  expect(error).toMatchObject({ reason: 'unreachable' });
  expect(String(error)).toContain('compatible/one cannot be reached');
});

test.each(['cut', 'close'] as const)(
  'a stream that breaks off (%s) keeps what was said and ends with why; nobody takes over in the middle (I10)',
  async (how) => {
    await using first = await startRawProvider(stream(['Half an '], how));
    await using second = await startRawProvider(stream(['never']));
    const { model, calls } = modelsOver(first, second);

    const parts: unknown[] = [];
    const result = streamText({ model, prompt, onError: () => undefined });
    for await (const part of result.fullStream) {
      if (part.type === 'text-delta') parts.push(part.text);
      if (part.type === 'error') parts.push(part.error);
    }

    expect(parts).toEqual(['Half an ', expect.objectContaining({ name: 'ModelError', reason: 'unreachable' })]);
    expect(String(parts[1])).toContain('broke off');
    expect(second.requests).toHaveLength(0);
    // What was sent and said until then is billed, so it is counted.
    expect(calls).toMatchObject([{ outcome: 'unreachable', outputTokens: 2, attempts: 1 }]);
    expect(calls[0]?.inputTokens).toBeGreaterThan(0);
  },
);

test('a model that is silent from the start is left for the next after three minutes (I10)', async () => {
  await using first = await startRawProvider(stream([], 'hang'));
  await using second = await startRawProvider(stream(['from two']));
  const time = holdTime();
  const { model } = modelsOver(first, second, time);

  const answer = generateText({ model, prompt });
  await Promise.all([first.asked, time.waitedFor(180_000)]);
  time.pass(180_000);

  expect((await answer).text).toBe('from two');
  expect(first.requests).toHaveLength(1);
  await first.abandoned;
});

test('a model that goes silent in the middle is no longer waited for, and the connection is closed (I10)', async () => {
  await using first = await startRawProvider(stream(['Well, '], 'hang'));
  const time = holdTime();
  const { model, calls } = modelsOver(first, undefined, time);

  const answer = fail(generateText({ model, prompt }));
  await time.waitedFor(120_000);
  time.pass(120_000);

  expect(await answer).toMatchObject({ reason: 'stalled' });
  await first.abandoned;
  expect(calls).toMatchObject([{ outcome: 'stalled', ms: 120_000 }]);
});

test('stopping ends the request at once, in the middle of an answer and while it waits to try again (I10)', async () => {
  await using first = await startRawProvider(stream(['Well, '], 'hang'), status(503));
  const time = holdTime();
  const { model, calls } = modelsOver(first, undefined, time);
  const [middle, between] = [new AbortController(), new AbortController()];

  const talking = streamText({ model, prompt, abortSignal: middle.signal });
  const said: string[] = [];
  for await (const part of talking.fullStream) {
    said.push(part.type);
    if (part.type === 'text-delta') middle.abort();
  }
  const waiting = fail(generateText({ model, prompt, abortSignal: between.signal }));
  await time.waitedFor(2_000);
  between.abort();

  expect(said.at(-1)).toBe('abort');
  await first.abandoned;
  expect(await waiting).toMatchObject({ name: 'AbortError' });
  expect(calls.map(({ outcome }) => outcome)).toEqual(['aborted', 'aborted']);
});

test('after five outages a candidate rests: it is not asked for a minute, then two probes decide (I11)', async () => {
  await using first = await startRawProvider(...Array(5).fill(status(500)), stream(['back']));
  await using second = await startRawProvider(stream(['from two']));
  const time = hurriedTime();
  const { models, model } = modelsOver(first, second, time);
  const ask = async () => (await generateText({ model, prompt })).text;

  await ask();
  await ask();
  expect(models.stateOf('compatible/one').state).toBe('resting');
  await ask();
  expect(first.requests).toHaveLength(5);

  time.pass(60_000);
  expect(await ask()).toBe('back');
  expect(models.stateOf('compatible/one').state).toBe('probing');
  expect(await ask()).toBe('back');
  expect(models.stateOf('compatible/one').state).toBe('ready');
});

test('one that rests, with nobody else to ask, says until when (I11)', async () => {
  await using first = await startRawProvider(status(500));
  const { model } = modelsOver(first);
  await fail(generateText({ model, prompt }));
  await fail(generateText({ model, prompt }));

  const error = await fail(generateText({ model, prompt }));

  expect(first.requests).toHaveLength(5);
  expect(error).toMatchObject({ reason: 'unreachable', detail: 'resting' });
  expect((error as ModelError).retryAfterMs).toBeGreaterThan(50_000);
});

test('requests that are refused or at fault are no outage, however many (I11)', async () => {
  await using first = await startRawProvider(status(400), status(401));
  const { models, model } = modelsOver(first);

  for (let i = 0; i < 10; i += 1) await fail(generateText({ model, prompt }));

  expect(models.stateOf('compatible/one').state).toBe('ready');
  expect(first.requests).toHaveLength(10);
});

test('what is longer than a model takes is said so, and one with more room is asked (I10)', async () => {
  const tooLong = {
    error: { message: 'This model has a maximum context length of 8192 tokens.', type: 'invalid_request_error' },
  };
  await using first = await startRawProvider(status(400, tooLong));
  await using second = await startRawProvider(stream(['I have room']));
  const { models, model } = modelsOver(first, second);

  expect((await generateText({ model, prompt })).text).toBe('I have room');
  const alone = await fail(generateText({ model: models.forRole('chat', { candidate: 'compatible/one' }), prompt }));
  expect(alone).toMatchObject({ reason: 'too_long' });
});

test('a model that is not set up is refused, never exchanged for another (I18)', async () => {
  await using first = await startRawProvider(stream(['never']));
  const { models } = modelsOver(first);

  const unknown = () => models.forRole('chat', { candidate: 'openai/gpt-4o' });
  const unset = () => models.forRole('coder');

  expect(unknown).toThrow(expect.objectContaining({ reason: 'not_configured', model: 'openai/gpt-4o' }));
  expect(unset).toThrow(/Set YUDAI_MODELS or YUDAI_MODELS_CODER/);
  expect(first.requests).toHaveLength(0);
});

test('a redirect is not followed: the key stays with whom it is for', async () => {
  await using elsewhere = await startRawProvider(stream(['stolen']));
  await using first = await startRawProvider((response) => {
    response.writeHead(307, { location: `${elsewhere.url}/chat/completions` });
    response.end();
  });
  const { model } = modelsOver(first);

  expect(await fail(generateText({ model, prompt }))).toMatchObject({ reason: 'unreachable' });
  expect(elsewhere.requests).toHaveLength(0);
});
