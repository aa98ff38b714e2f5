import { createHash } from 'node:crypto';
import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startTestApp, type TestApp } from '#testing/index.ts';
import { connectAndIndex, makeRepository } from '#testing/make-repository.ts';

// One database is enough: this is about what git and the parsers make of a repository.

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

test('a repository of odd bytes, links, pointers and huge lines is indexed, each oddity by its name (G1 G6)', async () => {
  const repository = await makeRepository({
    'latin1.py': Buffer.from('# caf\xe9\ndef brew():\n    return "caf\xe9"\n', 'latin1'),
    'utf16.txt': Buffer.from('\ufeffhello', 'utf16le'),
    'bom.ts': '\ufeffexport const bom = 1;\n',
    'crlf.ts': 'export function windows() {\r\n  return 1;\r\n}\r\n',
    'mac.ts': 'export function mac() {\r  return 1;\r}\r',
    'empty.ts': '',
    'no-end.ts': 'export const last = 1;',
    'one-line.js': `const table = [${'1234567,'.repeat(1_250_000)}];\n`,
    'broken.ts': 'export function ( { [ <<<<<<< HEAD\n=======\n>>>>>>> other\n',
    'deep.json': `${'['.repeat(20_000)}${']'.repeat(20_000)}\n`,
    'big.bin.txt': 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n',
    'name with spaces & ünïcode 日本.ts': 'export const odd = 1;\n',
    'quote"back\\slash.ts': 'export const quoted = 1;\n',
    '-dash.ts': 'export const dash = 1;\n',
    'CON.ts': 'export const con = 1;\n',
  });
  onTestFinished(() => repository.remove());
  await symlink('/etc/passwd', join(repository.folder, 'escape.txt'));
  await symlink('loop', join(repository.folder, 'loop'));
  await repository.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},module`);
  await repository.git('add', 'escape.txt', 'loop');
  await repository.git('commit', '-qm', 'Links');

  const { project, analysis } = await connectAndIndex(app, repository.folder, 'main');

  const projectId = project.id;
  expect(analysis).toMatchObject({ status: 'completed', summary: { files: 18 } });
  const { items: skipped } = await app.client.codebase.skipped({ projectId });
  expect(Object.fromEntries(skipped.map(({ path, reason }) => [path, reason]))).toEqual({
    'big.bin.txt': 'lfs',
    'escape.txt': 'symlink',
    loop: 'symlink',
    module: 'submodule',
    'one-line.js': 'oversized',
    'utf16.txt': 'binary',
  });
  const names = async (path: string) =>
    (await app.client.codebase.file({ projectId, path })).outline.map(({ name, startLine }) => `${name} ${startLine}`);
  expect(await names('latin1.py')).toEqual(['brew 2']);
  expect(await names('crlf.ts')).toEqual(['windows 1']);
  expect(await names('bom.ts')).toEqual(['bom 1']);
  expect(await names('name with spaces & ünïcode 日本.ts')).toEqual(['odd 1']);
  expect(await names('quote"back\\slash.ts')).toEqual(['quoted 1']);
  expect(await app.client.codebase.file({ projectId, path: 'escape.txt' })).toMatchObject({ text: null });
  expect((await app.client.codebase.file({ projectId, path: 'latin1.py' })).text).toContain('café');
  const found = await app.client.codebase.search({ projectId, query: 'café', mode: 'text' });
  expect(found.hits.map(({ path }) => path)).toEqual(['latin1.py']);
});

test('twenty thousand paths and a tree five hundred directories deep take no recursion (G2 G3)', async () => {
  const repository = await makeRepository();
  onTestFinished(() => repository.remove());
  const deep = 'd/'.repeat(500);
  await repository.fastImport('many', [
    ...Array.from(
      { length: 20_000 },
      (_, at) => [`pkg-${at % 40}/mod-${at % 400}/file-${at}.txt`, `same ${at % 10}\n`] as const,
    ),
    [`${deep}bottom.ts`, 'export const bottom = 1;\n'],
    [noise(1_200), 'export const longest = 1;\n'],
    [noise(1_201), 'export const longer = 1;\n'],
  ] as const);

  const { project, analysis } = await connectAndIndex(app, repository.folder, 'many');

  const projectId = project.id;
  const root = await app.client.codebase.tree({ projectId });
  const below = await app.client.codebase.tree({ projectId, path: 'pkg-7', limit: 5 });
  const bottom = await app.client.codebase.tree({ projectId, path: deep.slice(0, -1) });
  expect(analysis.summary).toMatchObject({ files: 20_003, parsed: 13, skipped: { long_path: 1 } });
  expect(root.items).toHaveLength(42);
  expect(root.items.find(({ path }) => path === 'pkg-7')).toMatchObject({ files: 500, size: 500 * 7 });
  expect(root.items.find(({ path }) => path === 'd')).toMatchObject({ files: 1, size: 25 });
  expect(below.items).toHaveLength(5);
  expect(below.nextCursor).not.toBeNull();
  expect(bottom.items.map(({ name }) => name)).toEqual(['bottom.ts']);
  const found = await app.client.codebase.search({ projectId, query: 'file-19999', mode: 'path' });
  expect(found.hits[0]?.path).toBe('pkg-39/mod-399/file-19999.txt');
}, 60_000);

test('a file whose content has gone is shown without it, with the reason and its outline (G3 G15)', async () => {
  const repository = await makeRepository({
    'lost.ts': 'export function lost() {}\n',
    'kept.ts': 'export const kept = 1;\n',
  });
  onTestFinished(() => repository.remove());
  const { project } = await connectAndIndex(app, repository.folder, 'main');
  const blob = (await repository.git('rev-parse', 'main:lost.ts')).trim();
  await rm(join(repository.folder, '.git', 'objects', blob.slice(0, 2), blob.slice(2)), { force: true });

  const file = await app.client.codebase.file({ projectId: project.id, path: 'lost.ts' });

  expect(file).toMatchObject({ text: null, reason: expect.stringContaining('Index the project again') });
  expect(file.outline.map(({ name }) => name)).toEqual(['lost']);
});

test('a repository without a single text has nothing to show, and one without files says so', async () => {
  const empty = await makeRepository();
  const binary = await makeRepository({ 'a.png': Buffer.from([0x89, 0x50, 0, 1]) });
  onTestFinished(() => Promise.all([empty.remove(), binary.remove()]).then(() => undefined));

  const refused = await app.client.projects.connect({ source: { kind: 'folder', path: empty.folder } });
  const { project, analysis } = await connectAndIndex(app, binary.folder);

  const failed = await app.client.projects.get({ id: refused.project.id });
  expect(failed).toMatchObject({ status: 'failed', failure: { message: expect.stringContaining('no files') } });
  const projectId = project.id;
  expect(analysis).toMatchObject({ status: 'completed', summary: { files: 1, indexed: 0, chunks: 0 } });
  expect((await app.client.codebase.search({ projectId, query: 'anything' })).hits).toEqual([]);
  expect(await app.client.codebase.graph({ projectId })).toMatchObject({ nodes: [], edges: [], totalNodes: 0 });
  expect((await app.client.codebase.tree({ projectId })).items).toHaveLength(1);
});

/** A path of so many bytes in directories of 128, none like the other, so that no index can make it shorter. */
function noise(bytes: number): string {
  const parts = Array.from({ length: 20 }, (_, n) => createHash('sha512').update(`${bytes} ${n}`).digest('hex'));
  return parts.join('/').slice(0, bytes);
}
