import { execFileSync } from 'node:child_process';
import { mkdir, readFile, readlink, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openBoxFiles } from '#sandbox/box-files.ts';
import { runTool } from '#sandbox/box/run-tool.ts';
import { openTemporaryFolder } from '#sandbox/testing/boxes.ts';

async function openTree() {
  const folder = await openTemporaryFolder();
  const workTree = join(folder, 'work');
  await mkdir(workTree);
  await mkdir(join(folder, 'outside'));
  await writeFile(join(folder, 'outside', 'secret.txt'), 'secret');
  return { folder, workTree, outside: join(folder, 'outside'), files: openBoxFiles(workTree, null) };
}

test('files are written with the folders above them, read, listed, looked at and removed', async () => {
  const { files } = await openTree();

  await files.writeFile('src/deep/main.ts', 'one');
  await files.writeFile('/work/src/other.ts', Buffer.from('two'));

  expect((await files.readFile('./src//deep/../deep/main.ts')).toString()).toBe('one');
  expect(await files.list('src')).toEqual([
    { name: 'deep', kind: 'folder' },
    { name: 'other.ts', kind: 'file' },
  ]);
  expect(await files.list('.')).toEqual([{ name: 'src', kind: 'folder' }]);
  expect(await files.stat('src/other.ts')).toEqual({ kind: 'file', size: 3, executable: false });
  expect(await files.stat('src/none.ts')).toBeNull();
  await files.remove('src');
  await files.remove('src');
  expect(await files.list('.')).toEqual([]);
  await expect(files.readFile('src/other.ts')).rejects.toMatchObject({ reason: 'not_found' });
});

test('a file that is written again keeps its mode and none of its other names', async () => {
  const { workTree, outside, files } = await openTree();
  await writeFile(join(workTree, 'run.sh'), 'old', { mode: 0o755 });
  execFileSync('ln', [join(outside, 'secret.txt'), join(workTree, 'twin')]);

  await files.writeFile('run.sh', 'new');
  await files.writeFile('twin', 'new');

  expect(await files.stat('run.sh')).toEqual({ kind: 'file', size: 3, executable: true });
  expect(await readFile(join(outside, 'secret.txt'), 'utf8')).toBe('secret');
});

test('links are followed within the tree, also absolute ones as the box sees them', async () => {
  const { workTree, files } = await openTree();
  await files.writeFile('real/file.txt', 'here');
  await symlink('real', join(workTree, 'folder'));
  await symlink('../folder/file.txt', join(workTree, 'real', 'again'));
  await symlink('/work/real/file.txt', join(workTree, 'absolute'));

  for (const path of ['folder/file.txt', 'real/again', 'absolute', 'folder/again']) {
    expect((await files.readFile(path)).toString()).toBe('here');
  }
  await files.writeFile('absolute', 'changed');
  expect((await files.readFile('real/file.txt')).toString()).toBe('changed');
  expect((await files.stat('absolute'))?.kind).toBe('link');
  await files.remove('folder');
  expect(await files.list('real')).toHaveLength(2);
});

const waysOut = [
  'link',
  'link/secret.txt',
  'climb/secret.txt',
  'file',
  '../outside/secret.txt',
  '/etc/passwd',
  'loop',
  'proc/root/etc/passwd',
];

test.each(waysOut)('nothing is read, written, listed or removed through %s', async (path) => {
  const { workTree, outside, files } = await openTree();
  await symlink(outside, join(workTree, 'link'));
  await symlink('../outside', join(workTree, 'climb'));
  await symlink(join(outside, 'secret.txt'), join(workTree, 'file'));
  await symlink('loop', join(workTree, 'loop'));
  await symlink('/proc/self', join(workTree, 'proc'));

  await expect(files.readFile(path)).rejects.toMatchObject({ reason: 'outside' });
  await expect(files.writeFile(path, 'x')).rejects.toMatchObject({ reason: 'outside' });
  await expect(files.list(path)).rejects.toMatchObject({ reason: 'outside' });
  await files.remove(path).catch(() => {});

  expect(await readFile(join(outside, 'secret.txt'), 'utf8')).toBe('secret');
  // The control: whoever follows links reads it.
  expect(await readFile(join(workTree, 'link', 'secret.txt'), 'utf8').catch(() => 'removed')).toMatch(/secret|removed/);
});

test('a folder that is exchanged for a link again and again never lets anything out', async () => {
  const { workTree, outside, files } = await openTree();
  await files.writeFile('a/secret.txt', 'inside');
  await symlink(outside, join(workTree, 'b'));
  await writeFile(join(outside, 'victim.txt'), 'x');
  let isOver = false;
  const exchange = (async () => {
    while (!isOver) {
      await rename(join(workTree, 'a'), join(workTree, 'c'));
      await rename(join(workTree, 'b'), join(workTree, 'a'));
      await rename(join(workTree, 'a'), join(workTree, 'b'));
      await rename(join(workTree, 'c'), join(workTree, 'a'));
    }
  })();

  const seen = new Set<string>();
  for (let round = 0; round < 500; round += 1) {
    seen.add(await files.readFile('a/secret.txt').then(String, () => 'refused'));
    await files.remove('a/victim.txt').catch(() => {});
  }
  isOver = true;
  await exchange;

  expect([...seen].filter((it) => it !== 'inside' && it !== 'refused')).toEqual([]);
  expect(execFileSync('ls', [outside], { encoding: 'utf8' })).toBe('secret.txt\nvictim.txt\n');
});

test('pipes, devices, folders and what is too large are no files to read', async () => {
  const { workTree, files } = await openTree();
  await runTool('mkfifo', [join(workTree, 'pipe')]);
  await mkdir(join(workTree, 'folder'));
  await writeFile(join(workTree, 'large'), Buffer.alloc(100));

  await expect(files.readFile('pipe')).rejects.toMatchObject({ reason: 'not_a_file' });
  await expect(files.writeFile('pipe', 'x')).rejects.toMatchObject({ reason: 'not_a_file' });
  await expect(files.readFile('folder')).rejects.toMatchObject({ reason: 'not_a_file' });
  await expect(files.readFile('.')).rejects.toMatchObject({ reason: 'not_a_file' });
  await expect(files.list('large')).rejects.toMatchObject({ reason: 'not_a_file' });
  await expect(files.readFile('large', { maxBytes: 99 })).rejects.toMatchObject({ reason: 'too_large' });
  expect((await files.readFile('large', { maxBytes: 100 })).length).toBe(100);
  await expect(files.readFile('a\0b')).rejects.toMatchObject({ reason: 'bad_request' });
});

test('a folder is removed with its links and not with what they lead to', async () => {
  const { workTree, outside, files } = await openTree();
  await files.writeFile('folder/deep/file.txt', 'x');
  await symlink(outside, join(workTree, 'folder', 'link'));
  expect(await readlink(join(workTree, 'folder', 'link'))).toBe(outside);

  await files.remove('folder');

  expect(await files.stat('folder')).toBeNull();
  expect((await stat(join(outside, 'secret.txt'))).size).toBe(6);
  await rm(workTree, { recursive: true });
});
