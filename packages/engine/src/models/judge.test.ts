import { type ModelCall, type ModelProvider, modelProviders } from '@yudai/contract';
import { generateText } from 'ai';
import { expect, test } from 'vitest';
import { createModels } from './create-models.ts';
import { hurriedTime } from './testing/held-time.ts';
import { type Answer, startRawProvider, status } from './testing/start-raw-provider.ts';

/** What comes of a call to a provider that gives this answer again and again. */
async function outcomeOf(provider: ModelProvider, answer: Answer) {
  await using raw = await startRawProvider(answer);
  const calls: ModelCall[] = [];
  const chat = [{ model: `${provider}/some-model`, temperature: null, maxOutputTokens: 100 }];
  const models = createModels(
    {
      providers: { [provider]: { url: raw.url, key: 'a-key' } },
      roles: { chat, writer: [], architect: [], coder: [], reviewer: [], mentor: [] },
    },
    { time: hurriedTime(), random: () => 0, onCall: (call) => void calls.push(call) },
  );
  await generateText({ model: models.forRole('chat'), prompt: 'Say hello.' }).catch(() => undefined);
  return { outcome: calls[0]?.outcome, requests: raw.requests.length };
}

function event(data: unknown): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`data: ${JSON.stringify(data)}\n\n`);
  };
}

const overloads: Record<ModelProvider, unknown> = {
  openai: { type: 'error', sequence_number: 1, error: { type: 'server_error', code: 'server_error', message: 'x' } },
  anthropic: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
  google: { error: { code: 503, message: 'x', status: 'UNAVAILABLE' } },
  openrouter: { error: { code: 503, message: 'x' } },
  compatible: { error: { message: 'x', type: 'server_error', code: 503 } },
};

test.each(modelProviders)(
  '%s: an overload that comes inside of a 200 may pass, and is tried again (I12)',
  async (provider) => {
    const { outcome, requests } = await outcomeOf(provider, event(overloads[provider]));

    expect(['unreachable', 'failed', 'malformed']).toContain(outcome);
    expect(requests).toBe(3);
  },
);

test.each<[what: string, ModelProvider, code: number, body: unknown, outcome: string, requests: number]>([
  [
    'a quota that is used up',
    'openai',
    429,
    { error: { type: 'insufficient_quota', code: 'insufficient_quota' } },
    'limited',
    1,
  ],
  ['a limit a minute', 'openai', 429, { error: { type: 'requests', code: 'rate_limit_exceeded' } }, 'limited', 3],
  ['no credit', 'openrouter', 402, { error: { code: 402, message: 'Insufficient credits' } }, 'limited', 1],
  ['a wrong key', 'anthropic', 401, { type: 'error', error: { type: 'authentication_error' } }, 'refused', 1],
  [
    'a wrong key, which Google calls a wrong argument',
    'google',
    400,
    { error: { code: 400, status: 'INVALID_ARGUMENT', message: 'x', details: [{ reason: 'API_KEY_INVALID' }] } },
    'refused',
    1,
  ],
  ['a wrong argument', 'google', 400, { error: { code: 400, status: 'INVALID_ARGUMENT', message: 'x' } }, 'failed', 1],
  ['a model that there is not', 'openai', 404, { error: { code: 'model_not_found', message: 'x' } }, 'refused', 1],
  ['an overload', 'anthropic', 529, { type: 'error', error: { type: 'overloaded_error' } }, 'unreachable', 3],
  ['too long', 'openai', 400, { error: { code: 'context_length_exceeded', message: 'x' } }, 'too_long', 1],
  [
    'too long, which Anthropic only says in words',
    'anthropic',
    400,
    {
      type: 'error',
      error: { type: 'invalid_request_error', message: 'prompt is too long: 210000 tokens > 200000 maximum' },
    },
    'too_long',
    1,
  ],
  ['a filter', 'openai', 400, { error: { code: 'content_filter', message: 'x' } }, 'filtered', 1],
  ['a page of a proxy', 'compatible', 502, '<html>Bad gateway</html>', 'unreachable', 3],
  [
    'words of an outage in a refusal',
    'compatible',
    400,
    { error: { message: 'timeout, 500, 503, overloaded' } },
    'failed',
    1,
  ],
  [
    'words of a refusal in an outage',
    'compatible',
    503,
    { error: { message: 'invalid request 400' } },
    'unreachable',
    3,
  ],
])('%s (%s, HTTP %i) is what it is (I12)', async (_, provider, code, body, outcome, requests) => {
  expect(await outcomeOf(provider, status(code, body))).toEqual({ outcome, requests });
});
