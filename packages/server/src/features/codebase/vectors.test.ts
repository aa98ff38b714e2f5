import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Id } from '@yudai/contract';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '#testing/index.ts';
import { connectAndIndex, lastAnalysis, makeRepository, type TestRepository } from '#testing/make-repository.ts';

/** Stands for any service that speaks OpenAI's embeddings. Texts that share words get vectors that are near. */
interface Endpoint {
  readonly url: string;
  /** Numbers in a vector. */
  dimensions: number;
  /** Answers with this status instead. */
  failure: number | null;
  /** Answers so many requests with 429 and when to come back, before all others. */
  refusals: number;
  /** Never answers. */
  isStuck: boolean;
  vectorOf: (text: string, dimensions: number) => number[];
  readonly texts: string[];
  readonly keys: Set<string | undefined>;
  /** Behaves again, and has not been asked anything. */
  reset(): void;
  close(): Promise<void>;
}

let endpoint: Endpoint;
let app: TestApp;
let repository: TestRepository;
beforeAll(async () => {
  endpoint = await startEndpoint();
  app = await startTestApp({
    env: {
      YUDAI_EMBEDDER: 'openai-compatible',
      YUDAI_EMBEDDER_URL: endpoint.url,
      YUDAI_EMBEDDER_MODEL: 'tiny-embed',
      YUDAI_EMBEDDER_KEY: 'sk-test',
    },
  });
});
afterAll(async () => {
  await app.close();
  await endpoint.close();
});
beforeEach(async () => {
  endpoint.reset();
  repository = await makeRepository({
    'src/parse.ts': 'export function parseDate(text: string) {\n  return new Date(text);\n}\n',
    'src/money.ts': 'export function addTax(amount: number) {\n  return amount * 1.2;\n}\n',
    '.env': 'TOKEN=never-sent-anywhere\n',
  });
});
afterEach(() => repository.remove());

test('vectors are made of every chunk, stored with the length of their column, and take part in search (G9 G10 G11 G12)', async () => {
  const { project, analysis } = await connectAndIndex(app, repository.folder);

  const result = await app.client.codebase.search({ projectId: project.id, query: 'calendar day from characters' });

  expect(analysis.summary?.vectors).toBe(analysis.summary?.chunks);
  expect(await storedVectors(project.id)).toEqual({ count: analysis.summary?.vectors, dimensions: 384 });
  expect(result.hits.flatMap(({ reasons }) => reasons.map(({ signal }) => signal))).toContain('vectors');
  expect(result.notes.join()).not.toContain('no embedder');
  expect(JSON.stringify(result)).not.toContain('embedding');
  expect(endpoint.texts.join()).not.toContain('never-sent-anywhere');
  expect([...endpoint.keys]).toEqual(['Bearer sk-test']);
});

test('a run makes vectors of new chunks only, and those of gone files are removed (G14)', async () => {
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
  expect((await storedVectors(project.id)).count).toBe(again.summary?.vectors);
});

test('a model of another length is refused by name, and nothing of it is stored (G10)', async () => {
  endpoint.dimensions = 1536;

  const { project, analysis } = await connectAndIndex(app, repository.folder);

  expect(analysis.status).toBe('failed');
  expect(analysis.failure).toMatchObject({
    code: expect.any(String),
    message: expect.stringMatching(/tiny-embed.*1536.*384/s),
  });
  expect((await storedVectors(project.id)).count).toBe(0);
});

test('when the endpoint is down search still answers and says so; what was indexed stays (G12)', async () => {
  const { project } = await connectAndIndex(app, repository.folder);
  endpoint.failure = 401;

  const result = await app.client.codebase.search({ projectId: project.id, query: 'parseDate' });

  expect(result.hits[0]?.path).toBe('src/parse.ts');
  expect(result.notes.join()).toMatch(/vectors: .*401/);
  expect(JSON.stringify(result)).not.toContain('sk-test');
});

test('an endpoint that fails while indexing leaves tree, symbols and search usable (G8 G12)', async () => {
  endpoint.failure = 401;

  const { project, analysis } = await connectAndIndex(app, repository.folder);

  expect(analysis).toMatchObject({ status: 'failed', failure: { code: 'upstream_failed' } });
  expect(analysis.failure?.message).toMatch(/HTTP 401\. Check YUDAI_EMBEDDER_KEY, then index again/);
  const { hits } = await app.client.codebase.search({ projectId: project.id, query: 'parseDate', mode: 'symbol' });
  expect(hits[0]?.path).toBe('src/parse.ts');
});

test('vectors find what shares no word with the question, and say so (G12)', async () => {
  // This model knows that taxes are duties.
  endpoint.vectorOf = (text, dimensions) => {
    const vector = Array.from({ length: dimensions }, () => 0.01);
    vector[/addTax|duties/.test(text) ? 1 : 2] = 1;
    return vector;
  };
  const { project } = await connectAndIndex(app, repository.folder);
  const search = () => app.client.codebase.search({ projectId: project.id, query: 'where are duties computed' });

  const found = await search();
  endpoint.failure = 401;
  const missed = await search();

  expect(missed.hits).toEqual([]);
  expect(found.hits[0]).toMatchObject({ path: 'src/money.ts', reasons: [{ signal: 'vectors' }] });
});

test('vectors of another model take no part, with words, until indexing replaces them (G10 G14)', async () => {
  const { project } = await connectAndIndex(app, repository.folder);
  const projectId = project.id;
  await app.database.asSystem((db) =>
    db.execute(sql`update codebase_vectors set model = 'another' where project_id = ${projectId}`),
  );

  const between = await app.client.codebase.search({ projectId, query: 'calendar day' });
  await app.client.codebase.index({ projectId });
  await app.app.jobs.drain();
  const after = await app.client.codebase.search({ projectId, query: 'calendar day' });

  expect(between.notes.join()).toMatch(/none of this model are stored for the project yet; indexing it makes them/);
  expect(after.notes.join()).toMatch(/near chunks took part/);
  const { rows } = await app.database.asSystem((db) =>
    db.execute(sql`select distinct model from codebase_vectors where project_id = ${projectId}`),
  );
  expect(rows).toEqual([{ model: 'tiny-embed' }]);
});

test('an endpoint that asks for patience is given it, and the run completes (G10)', async () => {
  endpoint.refusals = 2;

  const { project, analysis } = await connectAndIndex(app, repository.folder);

  expect(analysis).toMatchObject({ status: 'completed', failure: null });
  expect((await storedVectors(project.id)).count).toBe(analysis.summary?.vectors);
});

test.each<[what: string, change: (endpoint: Endpoint) => void, words: RegExp]>([
  ['is stuck', (of) => (of.isStuck = true), /the embedder did not answer within 5 seconds/],
  ['has lost its model', (of) => (of.failure = 404), /HTTP 404.*Check YUDAI_EMBEDDER_URL and YUDAI_EMBEDDER_MODEL/],
  ['has another model', (of) => (of.dimensions = 3), /makes vectors of 3 numbers, but 384 are stored/],
  [
    'answers with no numbers',
    (of) => (of.vectorOf = (_, count) => Array.from({ length: count }, () => NaN)),
    /no list of vectors/,
  ],
])('search over an endpoint that %s answers without vectors and says why (G12)', async (_, change, words) => {
  const { project } = await connectAndIndex(app, repository.folder);
  change(endpoint);

  const { hits, notes } = await app.client.codebase.search({ projectId: project.id, query: 'parseDate' });

  expect(hits[0]?.path).toBe('src/parse.ts');
  expect(notes.join()).toMatch(words);
});

async function storedVectors(projectId: Id<'project'>): Promise<{ count: number; dimensions: number | null }> {
  const { rows } = await app.database.asSystem((db) =>
    db.execute(
      sql`select count(*) as "count", max(vector_dims(embedding)) as dimensions from codebase_vectors where project_id = ${projectId}`,
    ),
  );
  const [row] = rows;
  return {
    count: Number(row?.['count']),
    dimensions: row?.['dimensions'] === null ? null : Number(row?.['dimensions']),
  };
}

const wellBehaved: Pick<Endpoint, 'dimensions' | 'failure' | 'refusals' | 'isStuck' | 'vectorOf'> = {
  dimensions: 384,
  failure: null,
  refusals: 0,
  isStuck: false,
  vectorOf: letterVectorOf,
};

async function startEndpoint(): Promise<Endpoint> {
  const state = {
    ...wellBehaved,
    texts: [] as string[],
    keys: new Set<string | undefined>(),
  };
  const server = createServer((request, response) => void answer(request, response));
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Uint8Array[] = [];
    for await (const part of request) parts.push(part);
    const { input, model } = JSON.parse(Buffer.concat(parts).toString('utf8'));
    state.keys.add(request.headers.authorization);
    if (state.isStuck) return;
    response.setHeader('content-type', 'application/json');
    if (state.refusals > 0) {
      state.refusals -= 1;
      response.writeHead(429, { 'retry-after-ms': '1' });
      response.end('{"error":{"message":"slow down"}}');
      return;
    }
    if (state.failure !== null) {
      response.statusCode = state.failure;
      response.end(JSON.stringify({ error: { message: 'refused', type: 'test' } }));
      return;
    }
    state.texts.push(...input);
    const data = input.map((text: string, index: number) => ({
      object: 'embedding',
      index,
      embedding: state.vectorOf(text, state.dimensions),
    }));
    response.end(JSON.stringify({ object: 'list', model, data, usage: { prompt_tokens: 1, total_tokens: 1 } }));
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}/v1`,
    reset() {
      Object.assign(state, wellBehaved);
      state.texts.length = 0;
      state.keys.clear();
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

/** A bag of letters: enough to be near to oneself. */
function letterVectorOf(text: string, dimensions: number): number[] {
  const vector = Array.from({ length: dimensions }, () => 0.01);
  for (const letter of text) {
    const at = (letter.codePointAt(0) ?? 0) % dimensions;
    vector[at] = (vector[at] ?? 0) + 1;
  }
  return vector;
}
