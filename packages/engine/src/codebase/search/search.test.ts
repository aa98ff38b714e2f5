import { contextPack, searchResult } from '@yudai/contract';
import { expect, test } from 'vitest';
import { indexOf } from '../rank/testing/index-of.ts';
import { packContext } from '../pack/index.ts';
import { searchCodebase, SearchError, type SearchRequest } from './index.ts';

const files = {
  'src/queue.ts':
    'export class Queue {\n  // waits for the next free worker\n}\nexport function pushJob(job) {\n  return job;\n}\n',
  'src/user/get-user.ts': 'export function getUser(id) {\n  return forgetUsers(id);\n}\n',
  'src/user/index.ts': 'export const users = [];\n',
  'docs/guide.md': 'Call getUser to read one user.\n',
  'test/queue.test.ts': 'test("pushJob waits for a free worker", () => {});\n',
};
const never = new AbortController().signal;

async function ask(request: Partial<SearchRequest> & { query: string }, more: object = {}) {
  const repository = await indexOf(files);
  const result = await searchCodebase(
    { ...repository, commit: 'c0ffee', now: () => 0, ...more },
    { mode: 'ranked', limit: 10, ...request },
    never,
  );
  expect(searchResult.parse(result)).toEqual(result);
  return result;
}

test('each hit says why and where, and shows at most six lines (G12 G13 G15)', async () => {
  const { hits } = await ask({ query: 'which worker does the queue wait for?' });

  expect(hits[0]).toMatchObject({
    path: 'src/queue.ts',
    cite: expect.stringMatching(/^src\/queue\.ts:\d+-\d+@[0-9a-f]{12}$/),
  });
  expect(hits[0]?.reasons[0]).toMatchObject({
    signal: expect.any(String),
    detail: expect.stringMatching(/worker|queue/i),
  });
  for (const hit of hits) {
    expect(hit.preview.length).toBeLessThanOrEqual(6);
    expect(hit.reasons.reduce((sum, { share }) => sum + share, 0)).toBeLessThanOrEqual(1.01);
  }
});

test('an answer says that no embedder took part, and holds no vectors (G13)', async () => {
  const without = await ask({ query: 'queue' });
  const withVectors = await ask({ query: 'queue' }, { vectors: () => Promise.resolve(new Map([[0, 0.9]])) });

  expect(without.notes).toEqual(['vectors: no embedder is configured']);
  expect(withVectors.notes).toEqual(['vectors: 1 near chunks took part']);
  expect(JSON.stringify(withVectors)).not.toMatch(/embedding|\[0\.\d+,/);
});

test('near vectors find a file that shares no word with the question', async () => {
  const { index } = await indexOf(files);
  const file = index.files.findIndex(({ path }) => path === 'src/user/index.ts');
  const chunk = index.chunks.starts[file] ?? 0;
  const vectors = () =>
    Promise.resolve(
      new Map([
        [chunk, 0.9],
        [chunk + 1, 0.1],
      ]),
    );

  expect((await ask({ query: 'zzz' }, { vectors })).hits[0]?.path).toBe('src/user/index.ts');
});

test('an embedder that fails does not take the search with it', async () => {
  const { hits, notes } = await ask(
    { query: 'queue' },
    { vectors: () => Promise.reject(new Error('the model is away')) },
  );

  expect(hits[0]?.path).toBe('src/queue.ts');
  expect(notes).toEqual(['vectors: took no part, the model is away']);
});

test('text is found exactly, in any case unless asked otherwise (G15)', async () => {
  expect((await ask({ mode: 'text', query: 'GETUSER' })).hits.map(({ path }) => path)).toEqual([
    'src/user/get-user.ts',
    'docs/guide.md',
  ]);
  expect((await ask({ mode: 'text', query: 'GETUSER', caseSensitive: true })).hits).toEqual([]);
  expect((await ask({ mode: 'text', query: 'a(b[*' })).hits).toEqual([]);
});

test('a text hit shows its line, and a definition comes before a use (G15)', async () => {
  const { hits } = await ask({ mode: 'text', query: 'getUser' });

  expect(hits[0]).toMatchObject({
    path: 'src/user/get-user.ts',
    startLine: 1,
    endLine: 2,
    symbol: { name: 'getUser' },
  });
  expect(hits[0]?.preview[0]).toEqual({ line: 1, text: 'export function getUser(id) {' });
});

test('when enough texts have a name as a word, no other is read, and the answer is that of a whole scan (G15)', async () => {
  const written = Object.fromEntries([
    ...Array.from({ length: 100 }, (_, at) => [`src/a${at}.ts`, `export const misalign${at} = ${at};\n`]),
    ...Array.from({ length: 9 }, (_, at) => [`src/b${at}.ts`, `export const b${at} = align(${at});\n`]),
    ['src/c.ts', 'export function align(to) {\n  return to;\n}\n'],
  ]);
  const repository = await indexOf(written);
  const look = async (limit: number) => {
    let reads = 0;
    const readText = (blob: string) => {
      reads++;
      return repository.readText(blob);
    };
    const request = { mode: 'text', query: 'align', limit } as const;
    const { hits, truncated, notes } = await searchCodebase({ ...repository, readText, commit: 'c' }, request, never);
    return { places: hits.map(({ cite }) => cite), truncated, notes, reads };
  };

  const [few, whole] = [await look(5), await look(200)];

  expect(whole.places).toHaveLength(110);
  expect(few).toMatchObject({ places: whole.places.slice(0, 5), truncated: true });
  expect(few.notes).toEqual([
    'more than 5 hits as a whole word: texts with it inside other words were not looked into',
  ]);
  expect(few.reads).toBeLessThan(30);
});

test('a pattern is found line by line, tests last (G15)', async () => {
  const { hits } = await ask({ mode: 'regex', query: 'push[A-Z]\\w+' });

  expect(hits.map(({ path, startLine }) => `${path}:${startLine}`)).toEqual(['src/queue.ts:4', 'test/queue.test.ts:1']);
});

test.each([
  'push\\w+b',
  'p[u]sh?J',
  'pushx?Job',
  'PUSHJOB',
  'push.{1,2}b',
  '\\bpush',
  'hJ(o|x)b',
  'pushJob\\(\\w{3}\\)',
  'pu+shJ',
  'functio[mn] pushJ',
  '[]x]*pushJob',
])('the pattern %s finds what it means', async (query) => {
  expect((await ask({ mode: 'regex', query })).hits.map(({ path }) => path)).toContain('src/queue.ts');
});

test.each([
  ['a(b', 1, 'missing closing )'],
  ['ab[c-', 2, 'missing closing ]'],
  ['x(?=y)', 1, 'look-around'],
  ['(a)\\1', 3, 'back-references'],
  ['*a', 0, 'missing argument'],
])('a wrong pattern %s is refused with its place', async (query, position, words) => {
  const refused = ask({ mode: 'regex', query });

  await expect(refused).rejects.toThrow(SearchError);
  await expect(refused).rejects.toMatchObject({ position, message: expect.stringContaining(words) });
});

test.each(['(x+x+)+y', '(a|a)*$', '(.*)*b', '([a-z]+)*[0-9]', '(?:x?){30}x{30}'])(
  'the pattern %s cannot be made slow',
  async (query) => {
    const repository = await indexOf({ 'a.txt': `${'x'.repeat(30_000)}\n${'a'.repeat(30_000)}!\n` });
    // Backtracking would take longer than the age of the universe.
    const result = await searchCodebase({ ...repository, commit: 'c' }, { mode: 'regex', query, limit: 5 }, never);

    expect(result.mode).toBe('regex');
  },
);

test('filters by path and language hold in every mode', async () => {
  for (const mode of ['ranked', 'text', 'symbol', 'path'] as const) {
    const { hits } = await ask({
      mode,
      query: mode === 'symbol' ? 'getUser' : 'user',
      path: 'src/user/',
      language: 'typescript',
    });
    expect(hits.length).toBeGreaterThan(0);
    expect(hits.every(({ path }) => path.startsWith('src/user/'))).toBe(true);
    expect((await ask({ mode, query: 'user', language: 'cobol' })).hits).toEqual([]);
  }
});

test('symbols are found by name, by the starts of their parts, and nearly', async () => {
  const first = async (query: string) => (await ask({ mode: 'symbol', query })).hits[0]?.symbol?.name;

  expect(await first('getUser')).toBe('getUser');
  expect(await first('get_user')).toBe('getUser');
  expect(await first('gU')).toBe('getUser');
  expect(await first('pushJbo')).toBe('pushJob');
  expect(await first('nothingLikeIt')).toBeUndefined();
});

test('paths are found by name, in part, by letters in order and nearly (G17)', async () => {
  const first = async (query: string) => (await ask({ mode: 'path', query })).hits[0]?.path;

  expect(await first('queue.ts')).toBe('src/queue.ts');
  expect(await first('user/index')).toBe('src/user/index.ts');
  expect(await first('guide docs')).toBe('docs/guide.md');
  expect(await first('quue')).toBe('src/queue.ts');
  expect(await first('gusr')).toBe('src/user/get-user.ts');
  expect(await first('xyzzy')).toBeUndefined();
});

test('paths of files that are not indexed are found too (G17)', async () => {
  const { index } = await indexOf(files);
  const logo = {
    path: 'assets/logo.png',
    blob: 'b'.repeat(40),
    language: null,
    category: 'media' as const,
    lines: 0,
    tokens: 0,
  };

  const { hits } = await ask({ mode: 'path', query: 'logo' }, { listed: [...index.files, logo] });

  expect(hits).toMatchObject([{ path: 'assets/logo.png', cite: 'assets/logo.png:1-1@bbbbbbbbbbbb', preview: [] }]);
});

test('more hits than asked for are cut and said to be', async () => {
  const result = await ask({ mode: 'text', query: 'user', limit: 1 });

  expect(result).toMatchObject({ truncated: true, hits: [expect.anything()] });
});

test('a cancelled search stops reading', async () => {
  const repository = await indexOf(
    Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`f${at}.ts`, `const a${at} = ${at};`])),
  );
  const cancel = new AbortController();
  let reads = 0;
  const readText = (blob: string) => {
    reads++;
    if (reads === 20) cancel.abort(new Error('enough'));
    return repository.readText(blob);
  };

  await expect(
    searchCodebase({ ...repository, readText, commit: 'c' }, { mode: 'text', query: 'zzz', limit: 5 }, cancel.signal),
  ).rejects.toThrow('enough');
  expect(reads).toBeLessThan(60);
});

test('a scan that takes too long says how far it came', async () => {
  let time = 0;
  const { notes, truncated } = await ask({ mode: 'text', query: 'user' }, { now: () => (time += 6000) });

  expect(truncated).toBe(true);
  expect(notes[0]).toMatch(/stopped after 10 seconds, in \d of 5 files/);
});

test('a blob that cannot be read fails the search instead of hiding files', async () => {
  await expect(
    ask({ mode: 'text', query: 'user' }, { readText: () => Promise.reject(new Error('gone')) }),
  ).rejects.toThrow('gone');
});

test('a pack speaks the contract', async () => {
  const repository = await indexOf(files);
  const pack = await packContext(
    { ...repository, commit: 'c0ffee' },
    { query: 'queue worker', budget: 500, format: 'markdown', paths: [] },
    never,
  );

  expect(contextPack.parse(pack)).toEqual(pack);
});
