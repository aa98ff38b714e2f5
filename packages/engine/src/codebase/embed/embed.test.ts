import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createEndpointEmbedder } from './index.ts';

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

/** Speaks the wire format of OpenAI's embeddings: answers each request with the next of the given statuses. */
async function startEndpoint(answer: (input: string[]) => { status: number; vectors: unknown[][] }) {
  const requests: { input: string[]; authorization: string | undefined }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      const { input } = JSON.parse(body) as { input: string[] };
      requests.push({ input, authorization: request.headers.authorization });
      const { status, vectors } = answer(input);
      response.writeHead(status, { 'content-type': 'application/json', 'retry-after-ms': '1' });
      const data = vectors.map((embedding, index) => ({ object: 'embedding', index, embedding }));
      response.end(
        JSON.stringify(
          status === 200
            ? { object: 'list', data, model: 'm', usage: { prompt_tokens: 1, total_tokens: 1 } }
            : { error: { message: 'secret-key' } },
        ),
      );
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  return { requests, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` };
}

const none = new AbortController().signal;

test('texts are sent in batches and come back as unit vectors in their order (G10)', async () => {
  const endpoint = await startEndpoint((input) => ({
    status: 200,
    vectors: input.map((text) => [Number(text), 0, 4]),
  }));
  const embedder = createEndpointEmbedder({ url: endpoint.url, key: 'k', model: 'm', dimensions: 3 });

  const vectors = await embedder.embed(
    Array.from({ length: 130 }, (_, index) => String(index)),
    none,
  );

  expect(endpoint.requests.map(({ input }) => input.length)).toEqual([64, 64, 2]);
  expect(endpoint.requests[0]?.authorization).toBe('Bearer k');
  expect(Array.from(vectors[3] ?? [])).toEqual([Math.fround(0.6), 0, Math.fround(0.8)]);
  expect(vectors).toHaveLength(130);
});

test('a model of another length is refused by name, not stored (G10)', async () => {
  const endpoint = await startEndpoint((input) => ({ status: 200, vectors: input.map(() => [1, 2]) }));
  const embedder = createEndpointEmbedder({ url: endpoint.url, key: null, model: 'big-model', dimensions: 384 });

  await expect(embedder.embed(['a'], none)).rejects.toThrow(/big-model makes vectors of 2 numbers, but 384/);
});

test('a passing failure is tried again; a lasting one is told without what the service said (N10)', async () => {
  let calls = 0;
  const endpoint = await startEndpoint((input) => ({
    status: (calls += 1) === 1 ? 503 : 200,
    vectors: input.map(() => [1]),
  }));
  const flaky = createEndpointEmbedder({ url: endpoint.url, key: null, model: 'm', dimensions: 1 });
  const refusing = await startEndpoint(() => ({ status: 401, vectors: [] }));
  const refused = createEndpointEmbedder({ url: refusing.url, key: 'wrong', model: 'm', dimensions: 1 });

  await expect(flaky.embed(['a'], none)).resolves.toHaveLength(1);
  const error = await refused.embed(['a'], none).catch((thrown: unknown) => thrown);

  expect(String(error)).toContain('HTTP 401');
  expect(String(error)).not.toContain('secret-key');
});

test('a cancelled embedding stops waiting for the endpoint', async () => {
  const endpoint = await startEndpoint(() => ({ status: 503, vectors: [] }));
  const controller = new AbortController();
  const embedder = createEndpointEmbedder({ url: endpoint.url, key: null, model: 'm', dimensions: 1 });

  const waiting = embedder.embed(['a'], controller.signal);
  controller.abort(new Error('stopped'));

  await expect(waiting).rejects.toThrow('stopped');
});

test.each([
  [401, /HTTP 401\. Check YUDAI_EMBEDDER_KEY/],
  [404, /HTTP 404\. Check YUDAI_EMBEDDER_URL and YUDAI_EMBEDDER_MODEL/],
  [429, /HTTP 429\. It asks for fewer requests: wait a while, then index again/],
  [500, /HTTP 500\. It has trouble of its own/],
])('an endpoint that keeps answering %i is told with what to do (G10 N10)', async (status, words) => {
  const endpoint = await startEndpoint(() => ({ status, vectors: [] }));
  const embedder = createEndpointEmbedder({ url: endpoint.url, key: 'k', model: 'm', dimensions: 3 });

  await expect(embedder.embed(['a'], none)).rejects.toThrow(words);
});

test.each<[string, unknown[][], RegExp]>([
  ['numbers that JSON has no words for', [[null, 1, 2]], /no list of vectors/],
  ['text', [['NaN', 'NaN', 'NaN']], /no list of vectors/],
  ['zeros', [[0, 0, 0]], /empty vector/],
  ['another length', [[1, 2]], /vectors of 2 numbers, but 3/],
  [
    'one vector too many',
    [
      [1, 2, 3],
      [1, 2, 3],
    ],
    /no list of vectors/,
  ],
  ['nothing', [], /no list of vectors/],
])('an answer of %s is refused in words and nothing of it is used (G10)', async (_, vectors, words) => {
  const endpoint = await startEndpoint(() => ({ status: 200, vectors }));
  const embedder = createEndpointEmbedder({ url: endpoint.url, key: null, model: 'm', dimensions: 3 });

  await expect(embedder.embed(['a'], none)).rejects.toThrow(words);
});
