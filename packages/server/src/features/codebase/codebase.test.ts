import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Analysis, Id, Project } from '@yudai/contract';
import { startTestApp, type TestApp } from '#testing/index.ts';
import { connectAndIndex, makeRepository, type TestRepository } from '#testing/make-repository.ts';

let app: TestApp;
let repository: TestRepository;
let project: Project;
let analysis: Analysis;
let projectId: Id<'project'>;

const queue = `/** Counts how often a job was retried. */
export function countRetries(attempts: number): number {
  return Math.max(0, attempts - 1);
}

export class Queue {
  private readonly waiting: string[] = [];

  /** Puts a job at the end. */
  enqueue(job: string): void {
    this.waiting.push(job);
  }
}
`;
const main = `import { z } from 'zod';
import { countRetries, Queue } from './queue.ts';
import { missing } from './nowhere.ts';

export const schema = z.string();
export function start(): number {
  new Queue().enqueue(missing);
  return countRetries(3);
}
`;
const secret = 'SESSION_KEY=do-not-show-this-anywhere';

beforeAll(async () => {
  repository = await makeRepository({
    'README.md': '# Demo\n\nA small queue of jobs.\n',
    'package.json': '{ "name": "demo", "dependencies": { "zod": "4" } }\n',
    'package-lock.json': '{}\n',
    '.env': `${secret}\n`,
    'deploy/server.pem': '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n',
    'logo.png': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1]),
    'data/huge.csv': 'a,b,c,d,e,f,g,h\n'.repeat(160_000),
    'src/queue.ts': queue,
    'src/main.ts': main,
    'src/a.ts': `import { b } from './b.ts';\nexport const a = b;\n`,
    'src/b.ts': `import { a } from './a.ts';\nexport const b = a;\n`,
    'tests/queue.test.ts': `import { countRetries } from '../src/queue.ts';\n\nif (countRetries(1) !== 0) throw new Error();\n`,
  });
  app = await startTestApp();
  ({ project, analysis } = await connectAndIndex(app, repository.folder));
  projectId = project.id;
});
afterAll(async () => {
  await app.close();
  await repository.remove();
});

test('a connected folder is indexed by itself, and the run says what came of it (G1 G8)', async () => {
  const commit = await repository.git('rev-parse', 'HEAD');

  expect(project).toMatchObject({ status: 'ready', activeJobId: null, fileCount: 12, commit });
  expect(analysis).toMatchObject({ status: 'completed', projectId, commit, failure: null });
  expect(Date.parse(analysis.completedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(analysis.startedAt ?? ''));
  expect(analysis.summary).toMatchObject({
    files: 12,
    indexed: 7,
    vectors: 0,
    skipped: { secret: 2, lock: 1, binary: 1, oversized: 1 },
  });
  expect(analysis.summary?.languages).toContainEqual(expect.objectContaining({ language: 'TypeScript', files: 5 }));
});

test('the tree lists directories first, with real sizes and the sums of what is below (G2 G4)', async () => {
  const { items, nextCursor } = await app.client.codebase.tree({ projectId });
  const below = (await app.client.codebase.tree({ projectId, path: 'src' })).items;

  expect(nextCursor).toBeNull();
  expect(items.map(({ path }) => path)).toEqual([
    'data',
    'deploy',
    'src',
    'tests',
    '.env',
    'README.md',
    'logo.png',
    'package-lock.json',
    'package.json',
  ]);
  expect(below.find(({ name }) => name === 'queue.ts')).toMatchObject({
    path: 'src/queue.ts',
    kind: 'file',
    size: Buffer.byteLength(queue),
    language: 'TypeScript',
    category: 'source',
    skipped: null,
  });
  const source = items.find(({ path }) => path === 'src');
  expect(source).toMatchObject({ kind: 'directory', files: 4, size: sum(below.map(({ size }) => size)) });
  expect(source?.tokens).toBe(sum(below.map(({ tokens }) => tokens)));
  expect(below.every(({ tokens }) => tokens > 0)).toBe(true);
  expect(items.find(({ path }) => path === 'package-lock.json')).toMatchObject({ skipped: 'lock', tokens: 0 });
});

test('the tree comes in pages that neither repeat nor lose a child (G3)', async () => {
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await app.client.codebase.tree({ projectId, limit: 2, ...(cursor === undefined ? {} : { cursor }) });
    expect(page.items.length).toBeLessThanOrEqual(2);
    seen.push(...page.items.map(({ path }) => path));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);

  expect(seen).toEqual((await app.client.codebase.tree({ projectId })).items.map(({ path }) => path));
  for (const path of ['nowhere', 'src/queue.ts', 'src/que'])
    await expect(app.client.codebase.tree({ projectId, path })).rejects.toMatchObject({ code: 'not_found' });
});

test('a file comes with its text and outline (G15)', async () => {
  const file = await app.client.codebase.file({ projectId, path: 'src/queue.ts' });

  expect(file).toMatchObject({ text: queue, lines: 13, reason: null, language: 'TypeScript' });
  expect(file.outline.map(({ name, container, kind, startLine }) => [name, container, kind, startLine])).toEqual(
    expect.arrayContaining([
      ['countRetries', '', 'function', 2],
      ['Queue', '', 'class', 6],
      ['enqueue', 'Queue', 'method', 10],
    ]),
  );
  expect(file.outline.find(({ name }) => name === 'countRetries')?.doc).toBe('Counts how often a job was retried.');
  await expect(app.client.codebase.file({ projectId, path: 'src' })).rejects.toMatchObject({ code: 'not_found' });
});

test.each([
  ['.env', 'secret', /secrets/],
  ['deploy/server.pem', 'secret', /secrets/],
  ['logo.png', 'binary', /not text/],
  ['data/huge.csv', 'oversized', /2,560,000 bytes/],
])('%s is listed and not shown, with the reason (G6)', async (path, skipped, words) => {
  const file = await app.client.codebase.file({ projectId, path });

  expect(file).toMatchObject({ skipped, text: null, outline: [] });
  expect(file.reason).toMatch(words);
});

test('what looks secret reaches no answer: no search, no reference, no pack (G6)', async () => {
  const answers = await Promise.all([
    ...(['ranked', 'text', 'regex', 'symbol'] as const).map((mode) =>
      app.client.codebase.search({ projectId, query: 'SESSION_KEY', mode }),
    ),
    app.client.codebase.references({ projectId, name: 'SESSION_KEY' }),
    app.client.codebase.pack({ projectId, query: 'SESSION_KEY', paths: ['.env'] }),
    app.client.codebase.pack({ projectId, budget: 100_000 }),
  ]);

  expect(JSON.stringify(answers)).not.toContain('do-not-show-this-anywhere');
});

test('skipped files are listed with their reasons, in pages and by reason (G6)', async () => {
  const all = await app.client.codebase.skipped({ projectId });
  const first = await app.client.codebase.skipped({ projectId, limit: 3 });
  const rest = await app.client.codebase.skipped({ projectId, limit: 3, cursor: first.nextCursor ?? '' });

  expect(all.items.map(({ path, reason }) => `${path} ${reason}`)).toEqual([
    '.env secret',
    'data/huge.csv oversized',
    'deploy/server.pem secret',
    'logo.png binary',
    'package-lock.json lock',
  ]);
  expect([...first.items, ...rest.items]).toEqual(all.items);
  expect((await app.client.codebase.skipped({ projectId, reason: 'lock' })).items).toHaveLength(1);
});

test('symbols are found by name, kind and file, and paged', async () => {
  const found = await app.client.codebase.symbols({ projectId, query: 'countretries' });
  const ofFile = await app.client.codebase.symbols({ projectId, path: 'src/queue.ts', kind: 'method' });
  const first = await app.client.codebase.symbols({ projectId, limit: 1 });
  const second = await app.client.codebase.symbols({ projectId, limit: 1, cursor: first.nextCursor ?? '' });

  expect(found.items[0]).toMatchObject({ name: 'countRetries', path: 'src/queue.ts', startLine: 2, endLine: 4 });
  expect(found.items[0]?.signature).toContain('countRetries(attempts: number)');
  expect(ofFile.items.map(({ name }) => name)).toEqual(['enqueue']);
  expect(second.items[0]).not.toEqual(first.items[0]);
});

test('references are the places of a name, its definition among them', async () => {
  const { items } = await app.client.codebase.references({ projectId, name: 'countRetries' });

  expect(items.map(({ path, line, definition }) => [path, line, definition])).toEqual(
    expect.arrayContaining([
      ['src/queue.ts', 2, true],
      ['src/main.ts', 2, false],
      ['src/main.ts', 8, false],
      ['tests/queue.test.ts', 3, false],
    ]),
  );
});

test('the history names commits and what they changed, of all or of one path (G15)', async () => {
  const all = await app.client.codebase.history({ projectId });
  const [first] = all.items;

  expect(first).toMatchObject({ sha: analysis.commit, paths: expect.arrayContaining(['src/queue.ts']) });
  expect(await app.client.codebase.history({ projectId, path: 'src' })).toEqual(all);
  expect(await app.client.codebase.history({ projectId, path: 'sr' })).toEqual({ items: [] });
});

test('the graph holds resolved imports, packages, cycles and places for a picture (G7)', async () => {
  const graph = await app.client.codebase.graph({ projectId });
  const edges = graph.edges.map(([from, to]) => `${graph.nodes[from]?.path} ${graph.nodes[to]?.path}`);
  const below = await app.client.codebase.graph({ projectId, path: 'src/' });

  expect(edges.toSorted()).toEqual([
    'src/a.ts src/b.ts',
    'src/b.ts src/a.ts',
    'src/main.ts src/queue.ts',
    'tests/queue.test.ts src/queue.ts',
  ]);
  expect(graph.packages).toContainEqual({ name: 'zod', files: 1 });
  expect(graph.cycles.map((cycle) => cycle.toSorted())).toEqual([['src/a.ts', 'src/b.ts']]);
  expect(graph.unresolved).toBe(1);
  expect(new Set(graph.nodes.map(({ x, y }) => `${x} ${y}`)).size).toBe(graph.nodes.length);
  expect(below.nodes.map(({ path }) => path).toSorted()).toEqual([
    'src/a.ts',
    'src/b.ts',
    'src/main.ts',
    'src/queue.ts',
  ]);
});

test('a file tells what it imports and what imports it (G7)', async () => {
  const main = await app.client.codebase.dependencies({ projectId, path: 'src/main.ts' });
  const queue = await app.client.codebase.dependencies({ projectId, path: 'src/queue.ts' });
  const readme = await app.client.codebase.dependencies({ projectId, path: 'README.md' });

  expect(main.imports).toEqual([
    { specifier: 'zod', line: 1, path: null, package: 'zod' },
    { specifier: './queue.ts', line: 2, path: 'src/queue.ts', package: null },
    { specifier: './nowhere.ts', line: 3, path: null, package: null },
  ]);
  expect(queue.importedBy.map(({ path }) => path).toSorted()).toEqual(['src/main.ts', 'tests/queue.test.ts']);
  expect(readme).toMatchObject({ imports: [], importedBy: [] });
  await expect(app.client.codebase.dependencies({ projectId, path: 'nowhere.ts' })).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('ranked search answers with places, reasons and citations, and says that no vectors take part (G12)', async () => {
  const query = 'The retries of a job are counted wrong\n\n`countRetries` gives up before the last attempt.';
  const result = await app.client.codebase.search({ projectId, query });
  const blob = await repository.git('rev-parse', 'HEAD:src/queue.ts');

  const hit = result.hits.find(({ path }) => path === 'src/queue.ts');
  expect(hit?.cite).toBe(`src/queue.ts:${hit?.startLine}-${hit?.endLine}@${blob.slice(0, 12)}`);
  expect(hit?.symbol).toMatchObject({ name: 'countRetries', kind: 'function' });
  expect(hit?.reasons.length).toBeGreaterThan(0);
  expect(hit?.reasons.every(({ share, detail }) => share > 0 && share <= 1 && detail !== '')).toBe(true);
  expect(result.notes.join()).toMatch(/vectors: no embedder/);
  expect(result.hits.map(({ path }) => path)).not.toContain('tests/queue.test.ts');
  const withTests = await app.client.codebase.search({ projectId, query, tests: true });
  expect(withTests.hits.map(({ path }) => path)).toContain('tests/queue.test.ts');
});

test.each([
  ['text', 'waiting.push', 'src/queue.ts', 11],
  ['regex', 'Math\\.max\\(\\d', 'src/queue.ts', 3],
  ['symbol', 'enqueue', 'src/queue.ts', 10],
] as const)('%s search finds “%s”', async (mode, query, path, line) => {
  const { hits } = await app.client.codebase.search({ projectId, query, mode });

  expect(hits[0]).toMatchObject({ path });
  expect(hits[0]?.preview.map((row) => row.line)).toContain(line);
});

test('path search ranks names, of all files; filters narrow every way of searching (G17)', async () => {
  const search = app.client.codebase.search;
  const byPath = await search({ projectId, query: 'queue', mode: 'path' });
  const image = await search({ projectId, query: 'logo', mode: 'path' });
  const below = await search({ projectId, query: 'countRetries', mode: 'text', path: 'tests/' });
  const language = await search({ projectId, query: 'queue', mode: 'text', language: 'markdown' });
  const matchCase = await search({ projectId, query: 'COUNTRETRIES', mode: 'text', caseSensitive: true });

  expect(byPath.hits[0]?.path).toBe('src/queue.ts');
  expect(image.hits[0]?.path).toBe('logo.png');
  expect(below.hits.map(({ path }) => path)).toEqual(['tests/queue.test.ts']);
  expect(language.hits.map(({ path }) => path)).toEqual(['README.md']);
  expect(matchCase.hits).toEqual([]);
  await expect(search({ projectId, query: '(', mode: 'regex' })).rejects.toMatchObject({ code: 'invalid_input' });
});

test('hits carry places and a short preview, never vectors, scores per chunk or whole chunks (G13)', async () => {
  const { hits } = await app.client.codebase.search({ projectId, query: 'queue of jobs', limit: 50 });

  const known = ['blob', 'cite', 'endLine', 'language', 'path', 'preview', 'reasons', 'score', 'startLine', 'symbol'];
  for (const hit of hits) {
    expect(Object.keys(hit).toSorted()).toEqual(known);
    expect(hit.preview.length).toBeLessThanOrEqual(6);
  }
});

test.each(['markdown', 'xml', 'json'] as const)(
  'a pack as %s stays within its budget and names its places',
  async (format) => {
    const pack = await app.client.codebase.pack({ projectId, query: 'count retries', budget: 400, format });
    const digest = await app.client.codebase.pack({ projectId, format, paths: ['src/main.ts'] });

    expect(pack.tokens).toBeLessThanOrEqual(400);
    expect(pack.items.map(({ path }) => path)).toContain('src/queue.ts');
    expect(pack.items.every(({ cite, path }) => cite.startsWith(`${path}:`))).toBe(true);
    expect(pack.text).toContain('countRetries');
    expect(digest.items.map(({ path }) => path)).toContain('src/main.ts');
  },
);

test('another person sees none of it, by any operation (B10 S2)', async () => {
  const { client } = await app.as('stranger');
  const { codebase } = client;
  const file = { projectId, path: 'src/queue.ts' };

  for (const knock of [
    () => codebase.index({ projectId }),
    () => codebase.analyses({ projectId }),
    () => codebase.skipped({ projectId }),
    () => codebase.tree({ projectId }),
    () => codebase.file(file),
    () => codebase.symbols({ projectId }),
    () => codebase.references({ projectId, name: 'Queue' }),
    () => codebase.graph({ projectId }),
    () => codebase.dependencies(file),
    () => codebase.search({ projectId, query: 'queue' }),
    () => codebase.pack({ projectId }),
  ]) {
    await expect(knock()).rejects.toMatchObject({ code: 'not_found' });
  }
  const { rows } = await app.database.asUser((await app.as('stranger')).userId, (db) =>
    db.execute(sql`select (select count(*) from codebase_files) + (select count(*) from codebase_packs)
      + (select count(*) from codebase_snapshots) + (select count(*) from codebase_analyses) as "count"`),
  );
  expect(Number(rows[0]?.['count'])).toBe(0);
});

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
