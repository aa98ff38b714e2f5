import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { ModelCall, ModelProvider } from '@yudai/contract';
import { expect, onTestFinished, test } from 'vitest';
import { createModels, type ModelsSettings } from './index.ts';

interface Asked {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

async function listen(handle: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

/** A provider that answers with these bytes, and a relay to it that a program may ask. */
async function openScene(
  provider: ModelProvider,
  answer: { readonly body: string; readonly type?: string; readonly status?: number },
  admit?: () => string | null,
) {
  const asked: Asked[] = [];
  const upstream = await listen((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      asked.push({
        url: request.url ?? '',
        headers: request.headers,
        body: JSON.parse(Buffer.concat(chunks).toString()),
      });
      response.writeHead(answer.status ?? 200, { 'content-type': answer.type ?? 'text/event-stream' }).end(answer.body);
    });
  });
  const candidate = { model: `${provider}/chosen`, temperature: null, maxOutputTokens: 1000 };
  const one = [candidate];
  const settings: ModelsSettings = {
    providers: { [provider]: { url: `${upstream}/base`, key: 'sk-secret' } },
    roles: { chat: one, writer: one, architect: one, coder: one, reviewer: one, mentor: one },
    prices: { [`${provider}/chosen`]: { input: 1, cached: 0.5, output: 10 } },
  };
  const calls: ModelCall[] = [];
  const relay = createModels(settings).relayFor('coder', {
    signal: new AbortController().signal,
    onCall: (call) => void calls.push(call),
    ...(admit === undefined ? {} : { admit }),
  });
  const url = await listen((request, response) => void relay.handle(request, response));
  const ask = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: 'Bearer none', 'x-api-key': 'none', ...headers },
      body: JSON.stringify(body),
    });
  return { asked, calls, ask, url };
}

const events = (...data: readonly object[]) => data.map((it) => `data: ${JSON.stringify(it)}\n\n`).join('');

test.each([
  {
    provider: 'compatible' as const,
    path: '/model/chat/completions',
    body: events(
      { choices: [] },
      { usage: { prompt_tokens: 100, completion_tokens: 20, prompt_tokens_details: { cached_tokens: 40 } } },
    ),
    header: ['authorization', 'Bearer sk-secret'],
    upstream: '/base/chat/completions',
  },
  {
    provider: 'openai' as const,
    path: '/model/v1/responses',
    body: events({
      type: 'response.completed',
      response: { usage: { input_tokens: 100, output_tokens: 20, input_tokens_details: { cached_tokens: 40 } } },
    }),
    header: ['authorization', 'Bearer sk-secret'],
    upstream: '/base/responses',
  },
  {
    provider: 'anthropic' as const,
    path: '/model/v1/messages?beta=true',
    body: events(
      {
        type: 'message_start',
        message: { usage: { input_tokens: 60, cache_read_input_tokens: 40, output_tokens: 1 } },
      },
      { type: 'message_delta', usage: { output_tokens: 20 } },
    ),
    header: ['x-api-key', 'sk-secret'],
    upstream: '/base/messages',
  },
  {
    provider: 'google' as const,
    path: '/model/v1beta/models/of-their-own:streamGenerateContent?alt=sse&key=none',
    body: events({
      usageMetadata: {
        promptTokenCount: 100,
        candidatesTokenCount: 15,
        thoughtsTokenCount: 5,
        cachedContentTokenCount: 40,
      },
    }),
    header: ['x-goog-api-key', 'sk-secret'],
    upstream: '/base/models/chosen:streamGenerateContent?alt=sse',
  },
])('a program asks $provider with no key of its own, and what it cost is counted (H5 H12)', async (scene) => {
  const { asked, calls, ask } = await openScene(scene.provider, { body: scene.body });

  const answer = await ask(scene.path, { model: 'of-their-own', messages: [], stream: true });

  expect(await answer.text()).toBe(scene.body);
  expect(asked[0]?.url).toBe(scene.upstream);
  expect(asked[0]?.headers).toMatchObject({ [scene.header[0] ?? '']: scene.header[1] });
  expect(JSON.stringify(asked[0]?.headers)).not.toContain('none');
  // 60 new tokens at 1, 40 known ones at a half, 20 at 10.
  expect(calls).toMatchObject([
    { outcome: 'answered', inputTokens: 100, cachedTokens: 40, outputTokens: 20, costMicros: 280 },
  ]);
});

test('a program gets the model that was chosen, whichever it names (H12)', async () => {
  const { asked, ask } = await openScene('compatible', { body: '{}', type: 'application/json' });

  await (await ask('/model/chat/completions', { model: 'a-dearer-one', stream: true })).text();

  expect(asked[0]?.body).toMatchObject({ model: 'chosen', stream_options: { include_usage: true } });
});

const schema = { type: 'object', properties: { url: { type: 'string' } } };

test.each([
  {
    provider: 'openai' as const,
    path: '/model/responses',
    own: { type: 'function', name: 'run', parameters: schema },
    theirs: [
      { type: 'web_search' },
      { type: 'mcp', server_url: 'https://elsewhere.example' },
      { type: 'shell', environment: { type: 'container_auto' } },
    ],
    beside: { prompt: { id: 'pmpt_1' }, background: true, service_tier: 'priority' },
  },
  {
    provider: 'anthropic' as const,
    path: '/model/messages',
    own: { name: 'run', input_schema: schema },
    theirs: [{ type: 'web_fetch_20250910', name: 'web_fetch' }, { type: 'code_execution_20250825' }],
    beside: { mcp_servers: [{ url: 'https://elsewhere.example' }], container: 'c', speed: 'fast' },
  },
  {
    provider: 'google' as const,
    path: '/model/models/x:generateContent',
    own: { functionDeclarations: [{ name: 'run', parameters: schema }] },
    theirs: [{ googleSearch: {} }, { urlContext: {} }],
    beside: { cachedContent: 'cachedContents/1' },
  },
  {
    provider: 'openrouter' as const,
    path: '/model/chat/completions',
    own: { type: 'function', function: { name: 'run', parameters: schema } },
    theirs: [{ type: 'openrouter:web_search' }],
    beside: { plugins: [{ id: 'web' }], models: ['a-dearer-one'] },
  },
])('a program reaches nothing by way of $provider, which has hands of its own (H5)', async (scene) => {
  const { asked, ask } = await openScene(scene.provider, { body: '{}', type: 'application/json' });

  await (await ask(scene.path, { ...scene.beside, tools: [...scene.theirs, scene.own] })).text();
  await (await ask(scene.path, { tools: scene.theirs })).text();

  expect(asked[0]?.body).toMatchObject({ tools: [scene.own] });
  for (const name of Object.keys(scene.beside)) expect(asked[0]?.body).not.toHaveProperty(name);
  expect(asked[1]?.body).not.toHaveProperty('tools');
});

test.each([
  [
    'openai' as const,
    '/model/responses',
    { input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'https://elsewhere.example/?code' }] }] },
  ],
  [
    'compatible' as const,
    '/model/chat/completions',
    { messages: [{ content: [{ type: 'image_url', image_url: { url: 'http://elsewhere.example' } }] }] },
  ],
  [
    'anthropic' as const,
    '/model/messages',
    { messages: [{ content: [{ type: 'document', source: { type: 'url', url: 'https://elsewhere.example' } }] }] },
  ],
  [
    'google' as const,
    '/model/models/x:generateContent',
    { contents: [{ parts: [{ fileData: { fileUri: 'https://elsewhere.example' } }] }] },
  ],
])('no address is opened by %s for a program (H5)', async (provider, path, body) => {
  const { asked, calls, ask } = await openScene(provider, { body: '{}', type: 'application/json' });

  const answer = await ask(path, body);

  expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('opens no addresses')]);
  expect([asked, calls]).toEqual([[], []]);
});

test('a picture that is sent along, and an address that is only spoken of, reach the model', async () => {
  const { asked, ask } = await openScene('anthropic', { body: '{}', type: 'application/json' });
  const content = [
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
    { type: 'tool_use', id: 't', name: 'run', input: { url: 'https://elsewhere.example' } },
    { type: 'tool_result', tool_use_id: 't', content: 'https://elsewhere.example' },
  ];

  await (await ask('/model/messages', { messages: [{ role: 'user', content }] })).text();

  expect(asked[0]?.body).toMatchObject({ messages: [{ content }] });
});

test('counting what a question would take is no step and costs nothing (H4)', async () => {
  const { asked, calls, ask } = await openScene(
    'anthropic',
    { body: '{"input_tokens":7}', type: 'application/json' },
    () => 'The limit of 3 steps is reached.',
  );

  const answer = await ask('/model/v1/messages/count_tokens', { messages: [] });

  expect(await answer.json()).toEqual({ input_tokens: 7 });
  expect([asked.length, calls]).toEqual([1, []]);
});

test('nothing of an account but its model is in reach (H5)', async () => {
  const { asked, ask, url } = await openScene('openai', { body: '{}' });
  const paths = [
    '/model/files',
    '/model/../admin/keys',
    '/model/chat/completions/../../files',
    '/v1/chat/completions',
    '/model/%2e%2e/files',
    '/model//responses',
  ];

  const statuses = await Promise.all(paths.map(async (path) => (await ask(path, {})).status));
  const listed = await fetch(`${url}/model/models`);

  expect(statuses).toEqual(paths.map(() => 404));
  expect(listed.status).toBe(404);
  expect(asked).toEqual([]);
});

test('what a provider refuses costs nothing, and its words reach the program', async () => {
  const { calls, ask } = await openScene('anthropic', {
    body: '{"error":{"message":"too long"}}',
    type: 'application/json',
    status: 400,
  });

  const answer = await ask('/model/messages', {});

  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain('too long');
  expect(calls).toMatchObject([{ outcome: 'refused', costMicros: 0 }]);
});

test('a program that is out of steps is told so, and nothing is asked (H4)', async () => {
  const { asked, ask } = await openScene('compatible', { body: '{}' }, () => 'The limit of 3 steps is reached.');

  const answer = await ask('/model/chat/completions', {});

  expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('limit of 3 steps')]);
  expect(asked).toEqual([]);
});
