import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { startTestApp, type TestApp } from '#testing/index.ts';
import { connectAndIndex, lastAnalysis, makeRepository, type TestRepository } from '#testing/make-repository.ts';

/** Stands for any service that speaks OpenAI's embeddings. Texts that share words get vectors that are near. */
interface Endpoint {
  readonly url: string;
  /** Numbers in a vector. */
  dimensions: number;
  /** Answers with this status instead. */
  failure: number | null;
  readonly texts: string[];
  readonly keys: Set<string | undefined>;
  close(): Promise<void>;
}

let endpoint: Endpoint;
let repository: TestRepository;
beforeEach(async () => {
  endpoint = await startEndpoint();
  repository = await makeRepository({
    'src/parse.ts': 'export function parseDate(text: string) {\n  return new Date(text);\n}\n',
    'src/money.ts': 'export function addTax(amount: number) {\n  return amount * 1.2;\n}\n',
    '.env': 'TOKEN=never-sent-anywhere\n',
  });
});
afterEach(async () => {
  await endpoint.close();
  await repository.remove();
});

test('vectors are made of every chunk, stored with the length of their column, and take part in search (G9 G10 G11 G12)', async () => {
  const app = await startApp();
  const { project, analysis } = await connectAndIndex(app, repository.folder);

  const result = await app.client.codebase.search({ projectId: project.id, query: 'calendar day from characters' });

  expect(analysis.summary?.vectors).toBe(analysis.summary?.chunks);
  expect(await storedVectors(app)).toEqual({ count: analysis.summary?.vectors, dimensions: 384 });
  expect(result.hits.flatMap(({ reasons }) => reasons.map(({ signal }) => signal))).toContain('vectors');
  expect(result.notes.join()).not.toContain('no embedder');
  expect(JSON.stringify(result)).not.toContain('embedding');
  expect(endpoint.texts.join()).not.toContain('never-sent-anywhere');
  expect([...endpoint.keys]).toEqual(['Bearer sk-test']);
});

test('a run makes vectors of new chunks only, and those of gone files are removed (G14)', async () => {
  const app = await startApp();
  const { project, analysis } = await connectAndIndex(app, repository.folder);
  endpoint.texts.length = 0;
  await repository.git('rm', '-q', 'src/money.ts');
  await repository.write({ 'src/greet.ts': 'export const greet = () => "hello";\n' });

  await app.client.codebase.index({ projectId: project.id });
  await app.app.jobs.drain();

  const again = await lastAnalysis(app.client, project.id);
  expect(endpoint.texts).toHaveLength(1);
  expect(endpoint.texts[0]).toContain('greet');
  expect(again.summary?.vectors).toBe(analysis.summary?.vectors);
  expect((await storedVectors(app)).count).toBe(again.summary?.vectors);
});

test('a model of another length is refused by name, and nothing of it is stored (G10)', async () => {
  endpoint.dimensions = 1536;
  const app = await startApp();

  const { analysis } = await connectAndIndex(app, repository.folder);

  expect(analysis.status).toBe('failed');
  expect(analysis.failure).toMatchObject({
    code: expect.any(String),
    message: expect.stringMatching(/tiny-embed.*1536.*384/s),
  });
  expect((await storedVectors(app)).count).toBe(0);
});

test('when the endpoint is down search still answers and says so; what was indexed stays (G12)', async () => {
  const app = await startApp();
  const { project } = await connectAndIndex(app, repository.folder);
  endpoint.failure = 401;

  const result = await app.client.codebase.search({ projectId: project.id, query: 'parseDate' });

  expect(result.hits[0]?.path).toBe('src/parse.ts');
  expect(result.notes.join()).toMatch(/vectors: .*401/);
  expect(JSON.stringify(result)).not.toContain('sk-test');
});

test('an endpoint that fails while indexing leaves tree, symbols and search usable (G8 G12)', async () => {
  endpoint.failure = 401;
  const app = await startApp();

  const { project, analysis } = await connectAndIndex(app, repository.folder);

  expect(analysis).toMatchObject({ status: 'failed', failure: { code: 'upstream_failed' } });
  expect(analysis.failure?.message).toContain('401');
  const { hits } = await app.client.codebase.search({ projectId: project.id, query: 'parseDate', mode: 'symbol' });
  expect(hits[0]?.path).toBe('src/parse.ts');
});

async function startApp(): Promise<TestApp> {
  const app = await startTestApp({
    env: {
      YUDAI_EMBEDDER: 'openai-compatible',
      YUDAI_EMBEDDER_URL: endpoint.url,
      YUDAI_EMBEDDER_MODEL: 'tiny-embed',
      YUDAI_EMBEDDER_KEY: 'sk-test',
    },
  });
  onTestFinished(() => app.close());
  return app;
}

async function storedVectors(app: TestApp): Promise<{ count: number; dimensions: number | null }> {
  const { rows } = await app.database.asSystem((db) =>
    db.execute(sql`select count(*) as "count", max(vector_dims(embedding)) as dimensions from codebase_vectors`),
  );
  const [row] = rows;
  return {
    count: Number(row?.['count']),
    dimensions: row?.['dimensions'] === null ? null : Number(row?.['dimensions']),
  };
}

async function startEndpoint(): Promise<Endpoint> {
  const state = {
    dimensions: 384,
    failure: null as number | null,
    texts: [] as string[],
    keys: new Set<string | undefined>(),
  };
  const server = createServer((request, response) => void answer(request, response));
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Uint8Array[] = [];
    for await (const part of request) parts.push(part);
    const { input, model } = JSON.parse(Buffer.concat(parts).toString('utf8'));
    state.keys.add(request.headers.authorization);
    response.setHeader('content-type', 'application/json');
    if (state.failure !== null) {
      response.statusCode = state.failure;
      response.end(JSON.stringify({ error: { message: 'refused', type: 'test' } }));
      return;
    }
    state.texts.push(...input);
    const data = input.map((text: string, index: number) => ({
      object: 'embedding',
      index,
      embedding: vectorOf(text, state.dimensions),
    }));
    response.end(JSON.stringify({ object: 'list', model, data, usage: { prompt_tokens: 1, total_tokens: 1 } }));
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}/v1`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

/** A bag of letters: enough to be near to oneself. */
function vectorOf(text: string, dimensions: number): number[] {
  const vector = Array.from({ length: dimensions }, () => 0.01);
  for (const letter of text) {
    const at = (letter.codePointAt(0) ?? 0) % dimensions;
    vector[at] = (vector[at] ?? 0) + 1;
  }
  return vector;
}
