import { expect, test } from 'vitest';
import { rankFiles } from './rank-files.ts';
import { rankRanges } from './rank-symbols.ts';
import { indexOf, type InlineRepository } from './testing/index-of.ts';

const files = {
  'src/cache/lru.py':
    'class LruCache:\n    def evict(self):\n        """Drop the oldest entry when the cache is full."""\n        return self.entries.pop()\n',
  'src/cache/store.py': 'def open_store(path):\n    # keeps entries on disk\n    return path\n',
  'src/http/client.py': 'def fetch_page(url, timeout):\n    """Fetch a page and follow redirects."""\n    return url\n',
  'src/http/server.py': 'def serve(port):\n    return port\n',
  'tests/test_lru.py':
    'def test_evict_drops_oldest_entry_of_full_cache():\n    assert LruCache().evict() == "oldest entry"\n',
  'README.md': '# Project\n\nA cache that drops the oldest entry when it is full.\n',
  'web/style.css': '.cache { color: red }\n',
};

function pathsOf({ index }: InlineRepository, text: string, options: Parameters<typeof rankFiles>[3] = {}): string[] {
  return rankFiles(index, text, 10, options).files.map(({ file }) => index.files[file]?.path ?? '');
}

test('the file whose code is like the question comes first (G12)', async () => {
  const repository = await indexOf(files);

  expect(pathsOf(repository, 'When the cache is full, which entry is dropped?')[0]).toBe('src/cache/lru.py');
  expect(pathsOf(repository, 'Redirects are not followed when a page is fetched')[0]).toBe('src/http/client.py');
});

test('a path named in the issue comes first (G12)', async () => {
  const repository = await indexOf(files);

  expect(pathsOf(repository, 'An entry too many is served.\n\nSee `src/http/server.py` and the cache entry.')[0]).toBe(
    'src/http/server.py',
  );
  expect(pathsOf(repository, 'Wrong port\n\nraised by http.server when it is started')[0]).toBe('src/http/server.py');
});

test('a test file is not offered unless asked for (G12)', async () => {
  const repository = await indexOf(files);
  const text = 'evict drops the oldest entry of a full cache';

  expect(pathsOf(repository, text)).not.toContain('tests/test_lru.py');
  expect(pathsOf(repository, text, { tests: true })).toContain('tests/test_lru.py');
});

test('code comes before the documents and styles that say the same', async () => {
  const paths = pathsOf(await indexOf(files), 'the cache drops the oldest entry when it is full');

  expect(paths.indexOf('src/cache/lru.py')).toBeLessThan(paths.indexOf('README.md'));
  expect(paths).toContain('README.md');
});

test('a file that earlier commits like this one touched is found without a common word', async () => {
  const commit = {
    message: 'Fix hanging sockets on shutdown',
    paths: ['src/http/server.py'],
  };
  const text = 'Sockets are left hanging at shutdown';

  expect(pathsOf(await indexOf(files), text)).toEqual([]);
  expect(pathsOf(await indexOf(files, [commit]), text)[0]).toBe('src/http/server.py');
});

test('a commit that touched very many files says nothing', async () => {
  const others = Array.from({ length: 40 }, (_, at) => `other/${at}.py`);
  const commit = {
    message: 'Fix hanging sockets',
    paths: ['src/http/server.py', ...others],
  };

  expect(pathsOf(await indexOf(files, [commit]), 'hanging sockets')).toEqual([]);
});

test('each file says how much each signal added, and the sum is its score', async () => {
  const { index } = await indexOf(files);
  const [first] = rankFiles(index, 'LruCache does not evict', 5).files;

  expect(first?.parts.map(({ signal }) => signal)).toContain('defined');
  expect(first?.parts.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(first?.score ?? 0, 4);
});

test('the same question gives the same order, whatever order the files came in', async () => {
  const turned = Object.fromEntries(Object.entries(files).toReversed());
  const text = 'cache entry page port';

  expect(pathsOf(await indexOf(turned), text)).toEqual(pathsOf(await indexOf(files), text));
});

test('a question without a known word finds nothing, and an empty repository can be asked', async () => {
  expect(pathsOf(await indexOf(files), 'zzz qqq')).toEqual([]);
  expect(pathsOf(await indexOf(files), '!!! ???')).toEqual([]);
  expect(pathsOf(await indexOf({}), 'anything')).toEqual([]);
});

test('the best stretch of a file is the definition that the text is about', async () => {
  const filler = Array.from({ length: 12 }, (_, at) => `    step_${at} = prepare(${at})`).join('\n');
  const { index } = await indexOf({
    'a.py': `def unrelated():\n${filler}\n\ndef parse_header(line):\n    # the header ends at a colon\n${filler}\n\ndef last():\n${filler}\n`,
  });
  const [best] = rankRanges(rankFiles(index, 'The header is not parsed up to its colon', 5), 3);

  expect(best?.symbol?.name).toBe('parse_header');
});
