import { chmod, mkdir, readFile, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { captureFolder } from '#checkout/capture-folder.ts';
import { inspectFolder } from '#checkout/inspect-folder.ts';
import { sizeOf } from '#checkout/limits.ts';
import { listTree } from '#checkout/list-tree.ts';
import { git } from '#checkout/run-git.ts';
import { makeRepository, writeFiles } from '#checkout/testing/repository.ts';
import { collect } from '#checkout/testing/collect.ts';
import { temporaryDirectory } from '#checkout/testing/temporary.ts';

test('a capture is the files on disk, with .gitignore honoured and tracked files kept (G1 G6)', async () => {
  const { folder, gitDir, repository } = await makeFolder();
  await repository.write({ '.gitignore': '*.log\n', 'kept.log': 'tracked\n', 'a.txt': 'old\n', 'gone.txt': 'x' });
  await repository.git('add', '--force', '--all');
  const commit = await repository.commit('one');
  await rm(join(folder, 'gone.txt'));
  await repository.write({ 'a.txt': 'new\n', 'b/c.txt': 'c\n', 'noise.log': 'ignored\n' });

  const snapshot = await captureFolder({ folder, gitDir });

  expect(await pathsOf(gitDir, snapshot.tree)).toEqual(['.gitignore', 'a.txt', 'b/c.txt', 'kept.log']);
  expect((await git({ gitDir, args: ['show', `${snapshot.tree}:a.txt`] })).toString()).toBe('new\n');
  expect(snapshot).toMatchObject({ commit, branch: 'main', isClean: false, oversized: [], unreadable: [], nested: [] });
});

test('a folder that is no git repository works as well, and an empty one is refused in words (G1)', async () => {
  const folder = await temporaryDirectory();
  const gitDir = join(await temporaryDirectory(), 'x.git');

  await expect(captureFolder({ folder, gitDir })).rejects.toMatchObject({
    reason: 'empty',
    message: 'This folder has no files, or all of them are ignored by its .gitignore.',
  });
  await writeFiles(folder, { 'a/b.py': 'print(1)\n', '.gitignore': 'venv/\n', 'venv/x.py': '' });
  const snapshot = await captureFolder({ folder, gitDir });

  expect(await pathsOf(gitDir, snapshot.tree)).toEqual(['.gitignore', 'a/b.py']);
  expect(snapshot).toMatchObject({ commit: null, branch: null });
});

test('what the folder stores already is read in place, and a clean folder is its commit (G14)', async () => {
  const { folder, gitDir, repository } = await makeFolder();
  const commit = await repository.commit('one', { 'large.bin': Buffer.alloc(2_000_000, 'abcdefghij') });

  const snapshot = await captureFolder({ folder, gitDir });

  expect(snapshot).toMatchObject({ commit, isClean: true });
  expect(await git({ gitDir, args: ['count-objects', '-v'] }).then(String)).toMatch(/^count: 0$/m);
  expect(await readFile(join(gitDir, 'config'), 'utf8')).not.toContain(folder);
});

test('while a folder is captured again, what it stores can be read at every moment (G14)', async () => {
  const { folder, gitDir, repository } = await makeFolder();
  const commit = await repository.commit('one', { 'a.txt': 'a\n' });
  await captureFolder({ folder, gitDir });
  const before = await stat(join(gitDir, 'objects', 'info', 'alternates'));

  await captureFolder({ folder, gitDir });

  // What names the folder's objects was not written anew: half written, it would name none.
  expect(await stat(join(gitDir, 'objects', 'info', 'alternates'))).toMatchObject({
    ino: before.ino,
    mtimeMs: before.mtimeMs,
  });
  expect((await git({ gitDir, args: ['show', `${commit}:a.txt`] })).toString()).toBe('a\n');
});

test('a branch or tag of a folder is captured without touching its files (G5)', async () => {
  const { folder, gitDir, repository } = await makeFolder();
  const old = await repository.commit('one', { 'a.txt': '1\n' });
  await repository.git('tag', '--annotate', 'v1', '--message', 'x');
  await repository.git('branch', 'feature/y');
  await repository.git('pack-refs', '--all');
  await repository.commit('two', { 'a.txt': '2\n' });

  const tag = await captureFolder({ folder, gitDir, ref: 'v1' });
  const branch = await captureFolder({ folder, gitDir, ref: 'feature/y' });

  expect([tag.commit, branch.commit]).toEqual([old, old]);
  expect((await git({ gitDir, args: ['show', `${tag.tree}:a.txt`] })).toString()).toBe('1\n');
  await expect(captureFolder({ folder, gitDir, ref: 'feature/z' })).rejects.toMatchObject({
    reason: 'unknown_ref',
    message: 'There is no branch or tag “feature/z”. Did you mean “feature/y”?',
  });
});

test('a file over 20 MB is named and not copied (G4)', async () => {
  const folder = await temporaryDirectory();
  const gitDir = join(await temporaryDirectory(), 'x.git');
  const size = 20 * 1024 * 1024 + 1;
  await writeFiles(folder, { 'huge.csv': Buffer.alloc(size, 1), 'edge.csv': Buffer.alloc(size - 1, 1) });

  const snapshot = await captureFolder({ folder, gitDir });

  expect(snapshot.oversized).toEqual([{ path: 'huge.csv', size }]);
  expect(await pathsOf(gitDir, snapshot.tree)).toEqual(['edge.csv']);
  expect(await sizeOf(gitDir)).toBeLessThan(1_000_000);
});

test('symbolic links are stored as links and never followed, also where a folder was (S11)', async () => {
  const { folder, gitDir, repository } = await makeFolder();
  const outside = await temporaryDirectory();
  await writeFiles(outside, { 'secret.txt': 'secret\n' });
  await repository.commit('one', { 'dir/secret.txt': 'mine\n', 'a.txt': 'a' });
  await captureFolder({ folder, gitDir });
  await rename(join(folder, 'dir'), join(folder, 'was-dir'));
  await symlink(outside, join(folder, 'dir'));
  await symlink('/etc/passwd', join(folder, 'passwd'));
  await symlink('loop', join(folder, 'loop'));

  const snapshot = await captureFolder({ folder, gitDir });

  expect(await pathsOf(gitDir, snapshot.tree)).toEqual(['a.txt', 'dir', 'loop', 'passwd', 'was-dir/secret.txt']);
  expect((await git({ gitDir, args: ['cat-file', 'blob', `${snapshot.tree}:dir`] })).toString()).toBe(outside);
});

test('a file that becomes a folder, and back, is followed (G14)', async () => {
  const folder = await temporaryDirectory();
  const gitDir = join(await temporaryDirectory(), 'x.git');
  await writeFiles(folder, { a: 'file', 'b/c': 'x', z: 'z' });
  await captureFolder({ folder, gitDir });
  await rm(join(folder, 'a'));
  await rm(join(folder, 'b'), { recursive: true });
  await writeFiles(folder, { 'a/deep/file': 'x', b: 'file now' });

  const turned = await captureFolder({ folder, gitDir });
  await rm(join(folder, 'a', 'deep'), { recursive: true });
  const emptied = await captureFolder({ folder, gitDir });

  expect(await pathsOf(gitDir, turned.tree)).toEqual(['a/deep/file', 'b', 'z']);
  expect(await pathsOf(gitDir, emptied.tree)).toEqual(['b', 'z']);
});

test('hooks, fsmonitor, filters and nested repositories of a folder run nothing (S11)', async () => {
  const { folder, gitDir, repository } = await makeFolder();
  await repository.commit('one', { 'a.txt': 'a\n' });
  const inner = await makeRepository(join(folder, 'nested'));
  await inner.commit('inner', { 'n.txt': 'n' });
  const proof = join(folder, '..', 'proof');
  const script = join(folder, '..', 'evil.sh');
  await writeFile(script, `#!/bin/sh\ntouch ${proof}\ncat\n`);
  await chmod(script, 0o755);
  for (const evil of [repository, inner]) {
    for (const key of [
      'core.fsmonitor',
      'filter.evil.clean',
      'filter.evil.smudge',
      'diff.external',
      'core.sshCommand',
    ]) {
      await evil.git('config', key, script);
    }
    await writeFiles(evil.folder, {
      '.gitattributes': '* filter=evil diff=evil working-tree-encoding=UTF-16 ident text eol=crlf\n',
    });
    for (const hook of ['post-index-change', 'pre-commit', 'fsmonitor-watchman', 'post-checkout']) {
      await mkdir(join(evil.folder, '.git', 'hooks'), { recursive: true });
      await writeFile(join(evil.folder, '.git', 'hooks', hook), `#!/bin/sh\ntouch ${proof}\n`, { mode: 0o755 });
    }
  }
  await repository.write({ 'a.txt': 'changed $Id$\r\nx\n' });
  await rm(proof, { force: true });

  await captureFolder({ folder, gitDir });
  const snapshot = await captureFolder({ folder, gitDir });

  expect(snapshot.nested).toEqual(['nested']);
  expect(await readdir(join(folder, '..'))).not.toContain('proof');
  expect((await git({ gitDir, args: ['show', `${snapshot.tree}:a.txt`] })).toString()).toBe('changed $Id$\r\nx\n');
});

test('a submodule stays a link to its commit (G1)', async () => {
  const { folder, gitDir, repository } = await makeFolder();
  const library = await makeRepository(join(folder, '..', 'library'));
  const commit = await library.commit('lib', { 'l.txt': 'l' });
  await repository.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library.folder, 'lib');
  await repository.commit('one');

  const snapshot = await captureFolder({ folder, gitDir });

  const entries = await collect(listTree(gitDir, snapshot.tree));
  expect(entries.find((entry) => entry.path === 'lib')).toEqual({
    path: 'lib',
    mode: '160000',
    kind: 'submodule',
    blob: commit,
    size: 0,
  });
});

test('a linked work tree and a bare repository are captured like any other (G5)', async () => {
  const { folder, gitDir, repository } = await makeFolder();
  const commit = await repository.commit('one', { 'a.txt': 'a' });
  const linked = join(folder, '..', 'linked');
  await repository.git('worktree', 'add', '--quiet', '-b', 'side', linked);
  await writeFiles(linked, { 'b.txt': 'b' });
  const bare = join(folder, '..', 'bare.git');
  await repository.git('clone', '--quiet', '--bare', folder, bare);

  const side = await captureFolder({ folder: linked, gitDir });
  const whole = await captureFolder({ folder: bare, gitDir: join(gitDir, '..', 'two.git') });

  expect(side).toMatchObject({ branch: 'side', commit });
  expect(await pathsOf(gitDir, side.tree)).toEqual(['a.txt', 'b.txt']);
  expect(whole).toMatchObject({ branch: 'main', commit });
});

test('names that are not UTF-8, and strange ones, are captured and told apart', async () => {
  const folder = await temporaryDirectory();
  const gitDir = join(await temporaryDirectory(), 'x.git');
  await writeFiles(folder, { '-rf': '1', 'new\nline': '2', 'tab\t"q"': '3', ':(top)x': '4', ' ': '5' });
  for (const byte of [0xfe, 0xff]) {
    await writeFile(Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([byte])]), 'x');
  }

  const snapshot = await captureFolder({ folder, gitDir });

  expect((await pathsOf(gitDir, snapshot.tree)).toSorted()).toEqual(
    [' ', '-rf', ':(top)x', 'caf\\xfe', 'caf\\xff', 'new\nline', 'tab\t"q"'].toSorted(),
  );
});

test('a second capture of 10,000 unchanged files looks at no content (G14)', async () => {
  const folder = await temporaryDirectory();
  const gitDir = join(await temporaryDirectory(), 'x.git');
  await writeFiles(
    folder,
    Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`d${i % 100}/f${i}.txt`, `${i}\n`])),
  );
  const first = await captureFolder({ folder, gitDir });
  const stored = await sizeOf(join(gitDir, 'objects'));

  const second = await captureFolder({ folder, gitDir });

  expect(second).toEqual(first);
  expect(await sizeOf(join(gitDir, 'objects'))).toBe(stored);
});

test('a damaged index of ours or of the folder is made anew, and a lock left by a killed run does not matter', async () => {
  const { folder, gitDir, repository } = await makeFolder();
  await repository.commit('one', { 'a.txt': 'a' });
  const first = await captureFolder({ folder, gitDir });
  await writeFile(join(gitDir, 'capture.index'), 'DIRC nonsense');
  await writeFile(join(folder, '.git', 'index'), 'more nonsense');
  await writeFile(join(gitDir, 'capture.index.lock'), '');

  const again = await captureFolder({ folder, gitDir });

  expect(again.tree).toBe(first.tree);
});

test('an inspection of a folder says what is there, and refuses what is not a folder (G1)', async () => {
  const { folder, repository } = await makeFolder();
  await repository.commit('one', { 'a.txt': 'a' });
  await repository.git('branch', 'alpha');
  await repository.git('tag', 'v2');
  const plain = await temporaryDirectory();

  expect(await inspectFolder(folder)).toMatchObject({
    suggestedName: 'app',
    defaultRef: null,
    branches: ['main', 'alpha'],
    tags: ['v2'],
    isRepository: true,
    currentBranch: 'main',
  });
  expect(await inspectFolder(plain)).toMatchObject({ isRepository: false, branches: [], currentBranch: null });
  await expect(inspectFolder(join(folder, 'a.txt'))).rejects.toMatchObject({ reason: 'not_a_folder' });
  await expect(inspectFolder(join(folder, 'nothing'))).rejects.toMatchObject({ reason: 'not_a_folder' });
  await expect(inspectFolder('relative/path')).rejects.toMatchObject({ reason: 'not_a_folder' });
  await expect(inspectFolder(`${folder}\0`)).rejects.toMatchObject({ reason: 'not_a_folder' });
});

test('a capture that is cancelled says so and the next one works (J9)', async () => {
  const folder = await temporaryDirectory();
  const gitDir = join(await temporaryDirectory(), 'x.git');
  await writeFiles(folder, { 'a.txt': 'a' });
  const stop = new AbortController();

  const capture = captureFolder({ folder, gitDir, signal: stop.signal, onProgress: () => stop.abort() });

  await expect(capture).rejects.toMatchObject({ reason: 'cancelled' });
  expect(await pathsOf(gitDir, (await captureFolder({ folder, gitDir })).tree)).toEqual(['a.txt']);
  expect((await readdir(gitDir)).filter((name) => name.startsWith('capture.index.'))).toEqual([]);
});

async function makeFolder() {
  const root = await temporaryDirectory();
  const repository = await makeRepository(join(root, 'app'));
  return { folder: repository.folder, repository, gitDir: join(await temporaryDirectory(), 'captured.git') };
}

async function pathsOf(gitDir: string, tree: string): Promise<string[]> {
  return (await collect(listTree(gitDir, tree))).map((entry) => entry.path);
}
