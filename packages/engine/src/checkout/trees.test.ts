import { execFile } from 'node:child_process';
import { chmod, lstat, mkdir, readFile, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { captureTree } from '#checkout/capture-tree.ts';
import { applyToTree, treeFile, treeWith } from '#checkout/change-tree.ts';
import { commitTree } from '#checkout/commit-tree.ts';
import { borrowRepository } from '#checkout/borrow-repository.ts';
import { diffTrees, patchBetween } from '#checkout/diff-trees.ts';
import { dropRefs, keepRef } from '#checkout/keep-ref.ts';
import { git } from '#checkout/run-git.ts';
import { contentsOf, makeBased } from '#checkout/testing/based.ts';
import { writeFiles } from '#checkout/testing/repository.ts';
import { writeTree } from '#checkout/write-tree.ts';

const latin1 = Buffer.from('caf\xe9\n', 'latin1');

test('a tree is written as it is, and taken in again it is the same tree (H8)', async () => {
  const { folder, gitDir, tree, index } = await makeBased(
    {
      'a.txt': 'one\r\ntwo\n',
      'run.sh': '#!/bin/sh\n',
      'ü/é.txt': 'x',
      'old.txt': latin1,
      '.gitattributes': '* text eol=crlf ident\n',
      'id.txt': '$Id$\n',
    },
    async (source) => {
      await chmod(join(source.folder, 'run.sh'), 0o755);
      await symlink('a.txt', join(source.folder, 'link'));
      await source.git('config', 'core.autocrlf', 'false');
      // As they are on disk, whatever the attributes say.
      await mkdir(join(source.folder, '.git', 'info'), { recursive: true });
      await writeFile(join(source.folder, '.git', 'info', 'attributes'), '* -text -ident\n');
    },
  );

  const captured = await captureTree({ gitDir, base: tree, folder, index });

  expect(captured).toEqual({ tree, refused: [] });
  expect(await readFile(join(folder, 'a.txt'), 'utf8')).toBe('one\r\ntwo\n');
  expect(await readFile(join(folder, 'old.txt'))).toEqual(latin1);
  expect(await readFile(join(folder, 'id.txt'), 'utf8')).toBe('$Id$\n');
  expect(await readlink(join(folder, 'link'))).toBe('a.txt');
  expect((await lstat(join(folder, 'run.sh'))).mode & 0o111).not.toBe(0);
  await expect(writeTree({ gitDir, tree, folder })).rejects.toMatchObject({ reason: 'not_a_folder' });
});

test('a change is taken in: new, changed, removed, renamed and executable files, and what the base has though it is ignored (H8)', async () => {
  const { folder, gitDir, tree, index } = await makeBased(
    { '.gitignore': '*.log\nbuild/\n', 'a.txt': 'a\n', 'b.txt': 'b\n', 'kept.log': 'old\n', 'dir/c.txt': 'c\n' },
    (source) => source.git('add', '--force', 'kept.log'),
  );
  await writeFiles(folder, {
    'a.txt': 'changed\n',
    'kept.log': 'new\n',
    'noise.log': 'x',
    'build/out.js': 'x',
    'node_modules/left/index.js': 'x',
    'src/__pycache__/a.pyc': 'x',
    'src/new.sh': '#!/bin/sh\n',
  });
  await chmod(join(folder, 'src', 'new.sh'), 0o755);
  await rm(join(folder, 'b.txt'));
  await rename(join(folder, 'dir', 'c.txt'), join(folder, 'moved.txt'));
  await symlink('a.txt', join(folder, 'inside'));

  const captured = await captureTree({ gitDir, base: tree, folder, index });

  expect(captured.refused).toEqual([]);
  expect(await contentsOf(gitDir, captured.tree)).toEqual({
    '.gitignore': '*.log\nbuild/\n',
    'a.txt': 'changed\n',
    inside: '120000 a.txt',
    'kept.log': 'new\n',
    'moved.txt': 'c\n',
    'src/new.sh': '100755 #!/bin/sh\n',
  });
});

test('what was captured before does not show: a change that is undone is the base again (J9)', async () => {
  const { folder, gitDir, tree, index } = await makeBased({ 'a.txt': 'a\n', b: 'file' });
  await writeFiles(folder, { 'a.txt': 'x\n', 'new.txt': 'n' });
  await rm(join(folder, 'b'));
  await writeFiles(folder, { 'b/c': 'now a folder' });
  const changed = await captureTree({ gitDir, base: tree, folder, index });
  await writeFiles(folder, { '.gitignore': 'new.txt\n', 'a.txt': 'a\n' });
  await rm(join(folder, 'b'), { recursive: true });
  await writeFiles(folder, { b: 'file' });

  const ignored = await captureTree({ gitDir, base: tree, folder, index });
  const anew = await captureTree({ gitDir, base: tree, folder, index: `${index}-other` });
  await rm(join(folder, '.gitignore'));
  await rm(join(folder, 'new.txt'));
  const undone = await captureTree({ gitDir, base: tree, folder, index });

  expect(Object.keys(await contentsOf(gitDir, changed.tree))).toEqual(['a.txt', 'b/c', 'new.txt']);
  expect(Object.keys(await contentsOf(gitDir, ignored.tree))).toEqual(['.gitignore', 'a.txt', 'b']);
  expect(anew).toEqual(ignored);
  expect(undone.tree).toBe(tree);
  // Taken in from another base, the index of the first is not used.
  const other = await captureTree({ gitDir, base: changed.tree, folder, index });
  expect(other.tree).toBe(tree);
});

test('a change of the same length in the same moment is seen (H8)', async () => {
  const { folder, gitDir, tree, index } = await makeBased({ 'a.txt': '1111\n' });

  const seen: string[] = [];
  for (const text of ['2222\n', '3333\n', '1111\n', '4444\n']) {
    await writeFile(join(folder, 'a.txt'), text);
    const captured = await captureTree({ gitDir, base: tree, folder, index });
    seen.push((await contentsOf(gitDir, captured.tree))['a.txt'] ?? '');
  }

  expect(seen).toEqual(['2222\n', '3333\n', '1111\n', '4444\n']);
});

test('what nobody reviews is left as it was, and named (H8)', async () => {
  const { folder, gitDir, tree, index } = await makeBased({ 'a.txt': 'a\n', 'big.txt': 'small\n', 'pipe.txt': 'p' });
  const megabytes = 1024 * 1024;
  await writeFiles(folder, { 'big.txt': Buffer.alloc(5 * megabytes + 1), 'edge.bin': Buffer.alloc(5 * megabytes) });
  for (let i = 10; i < 32; i += 1) await writeFiles(folder, { [`many/${i}.bin`]: Buffer.alloc(4.9 * megabytes, i) });
  await rm(join(folder, 'pipe.txt'));
  await promisify(execFile)('mkfifo', [join(folder, 'pipe.txt')]);
  await symlink('/etc/passwd', join(folder, 'absolute'));
  await symlink('../outside', join(folder, 'above'));
  await symlink('.', join(folder, 'here'));
  await symlink('here/../../outside', join(folder, 'around'));
  await symlink('missing/file', join(folder, 'dangling'));
  await symlink('loop', join(folder, 'loop'));
  await writeFile(Buffer.from(`${folder}/caf\xe9`, 'latin1'), 'x');

  const captured = await captureTree({ gitDir, base: tree, folder, index });

  const why = Object.fromEntries(captured.refused.map((refused) => [refused.path, refused.why]));
  const out = 'is a link that leads out of the repository';
  expect(why).toMatchObject({
    'big.txt': 'is larger than 5 MB',
    'pipe.txt': 'is a pipe, a socket or a device',
    absolute: out,
    above: out,
    around: out,
    loop: out,
    'caf\\xe9': 'has a name that is not UTF-8',
    'many/31.bin': 'makes the change larger than 100 MB',
  });
  const paths = Object.keys(await contentsOf(gitDir, captured.tree));
  expect(paths).toEqual(expect.arrayContaining(['dangling', 'edge.bin', 'here', 'many/10.bin']));
  expect(paths.filter((path) => path in why).toSorted()).toEqual(['big.txt', 'pipe.txt']);
  expect((await treeFile({ gitDir, tree: captured.tree, path: 'big.txt' }))?.toString()).toBe('small\n');
});

test('files of a tree are read and changed without a folder, and odd paths are refused (H8)', async () => {
  const { gitDir, tree } = await makeBased(
    { 'a.txt': 'a\n', 'run.sh': 'x', 'dir/b.txt': 'b\n', '*.txt': 'star', empty: '' },
    async ({ folder }) => {
      await chmod(join(folder, 'run.sh'), 0o755);
      await symlink('a.txt', join(folder, 'link'));
    },
  );

  const changed = await treeWith({
    gitDir,
    tree,
    changes: { 'run.sh': 'y', link: 'a file now', 'dir/b.txt': null, 'new/ü\n.txt': latin1, 'not-there': null },
  });

  expect(await treeFile({ gitDir, tree, path: '*.txt' })).toEqual(Buffer.from('star'));
  expect(await treeFile({ gitDir, tree, path: 'empty' })).toEqual(Buffer.alloc(0));
  for (const path of ['dir', 'link', 'nothing', 'dir/nothing', 'a.txt/x']) {
    expect(await treeFile({ gitDir, tree, path })).toBeNull();
  }
  expect(await treeFile({ gitDir, tree: changed, path: 'new/ü\n.txt' })).toEqual(latin1);
  expect(await contentsOf(gitDir, changed)).toMatchObject({
    'run.sh': '100755 y',
    link: 'a file now',
    '*.txt': 'star',
  });
  expect(Object.keys(await contentsOf(gitDir, changed))).not.toContain('dir/b.txt');
  expect(await treeWith({ gitDir, tree, changes: {} })).toBe(tree);
  for (const path of ['', '/a', '../a', 'a/../b', '.git/config', 'x/.GIT/hooks/pre-commit', 'a//b', 'a\0b', 'dir']) {
    await expect(treeWith({ gitDir, tree, changes: { [path]: 'x' } })).rejects.toMatchObject({
      reason: 'bad_path',
    });
  }
  const inFolder = await treeWith({ gitDir, tree, changes: { 'a.txt': null, 'a.txt/b': 'x' } });
  expect(await contentsOf(gitDir, inFolder)).toMatchObject({ 'a.txt/b': 'x' });
});

test('a difference names every file with its lines, and renames (H7)', async () => {
  const lines = Array.from({ length: 30 }, (_, i) => `line ${i + 1}\n`);
  const { folder, gitDir, tree, index } = await makeBased({
    'a.txt': lines.join(''),
    'gone.txt': 'x\ny\n',
    'from.txt': lines.map((line) => `other ${line}`).join(''),
    'bytes.bin': Buffer.from([0, 1, 2]),
    'turns.txt': 'a file\n',
    'tab\t"ü".txt': 'diff --git a/x b/x\n',
  });
  const changed = lines.with(2, 'third\n').toSpliced(20, 2).toSpliced(28, 0, 'added\n', 'last');
  await writeFiles(folder, {
    'a.txt': changed.join(''),
    'new.txt': 'n\n',
    'bytes.bin': Buffer.from([0, 9]),
    'tab\t"ü".txt': 'diff --git a/x b/x\n@@ -1,9 +1,9 @@\n-- \n',
  });
  await rm(join(folder, 'gone.txt'));
  await rm(join(folder, 'turns.txt'));
  await symlink('a.txt', join(folder, 'turns.txt'));
  await rename(join(folder, 'from.txt'), join(folder, 'to.txt'));
  const { tree: after } = await captureTree({ gitDir, base: tree, folder, index });

  const { files, patch } = await diffTrees({ gitDir, from: tree, to: after });

  const none = { binary: false, from: null };
  expect(files).toEqual([
    {
      ...none,
      path: 'a.txt',
      kind: 'modified',
      additions: 3,
      deletions: 3,
      ranges: [
        { oldStart: 3, oldLines: 1, newStart: 3, newLines: 1 },
        { oldStart: 21, oldLines: 2, newStart: 20, newLines: 0 },
        { oldStart: 30, oldLines: 0, newStart: 29, newLines: 2 },
      ],
    },
    { path: 'bytes.bin', from: null, kind: 'modified', binary: true, additions: 0, deletions: 0, ranges: [] },
    {
      ...none,
      path: 'gone.txt',
      kind: 'deleted',
      additions: 0,
      deletions: 2,
      ranges: [{ oldStart: 1, oldLines: 2, newStart: 0, newLines: 0 }],
    },
    {
      ...none,
      path: 'new.txt',
      kind: 'created',
      additions: 1,
      deletions: 0,
      ranges: [{ oldStart: 0, oldLines: 0, newStart: 1, newLines: 1 }],
    },
    {
      ...none,
      path: 'tab\t"ü".txt',
      kind: 'modified',
      additions: 2,
      deletions: 0,
      ranges: [{ oldStart: 1, oldLines: 0, newStart: 2, newLines: 2 }],
    },
    { ...none, path: 'to.txt', from: 'from.txt', kind: 'renamed', additions: 0, deletions: 0, ranges: [] },
    {
      ...none,
      path: 'turns.txt',
      kind: 'modified',
      additions: 1,
      deletions: 1,
      ranges: [
        { oldStart: 1, oldLines: 1, newStart: 0, newLines: 0 },
        { oldStart: 0, oldLines: 0, newStart: 1, newLines: 1 },
      ],
    },
  ]);
  expect(patch).toContain('Binary files a/bytes.bin and b/bytes.bin differ');
  expect(await diffTrees({ gitDir, from: tree, to: tree })).toEqual({ files: [], patch: '' });
});

test('a change is made again elsewhere without a loss: binary files, other encodings, links and modes (J9)', async () => {
  const { folder, gitDir, tree, index, source, root } = await makeBased({
    'a.txt': latin1,
    'b.bin': Buffer.from([0, 1]),
    'c.txt': 'c',
  });
  await writeFiles(folder, {
    'a.txt': Buffer.concat([latin1, latin1]),
    'b.bin': Buffer.from([0, 255]),
    'new.sh': 'x\r\n',
  });
  await chmod(join(folder, 'new.sh'), 0o755);
  await symlink('c.txt', join(folder, 'link'));
  await rename(join(folder, 'c.txt'), join(folder, 'd.txt'));
  const { tree: after } = await captureTree({ gitDir, base: tree, folder, index });

  const patch = await patchBetween({ gitDir, from: tree, to: after });
  const elsewhere = join(root, 'elsewhere.git');
  await borrowRepository({ gitDir: elsewhere, from: join(source.folder, '.git') });

  expect(await applyToTree({ gitDir: elsewhere, tree, patch })).toBe(after);
  expect(await applyToTree({ gitDir: elsewhere, tree, patch: '' })).toBe(tree);
  await expect(applyToTree({ gitDir: elsewhere, tree: after, patch })).rejects.toMatchObject({
    reason: 'does_not_apply',
  });
  const evil = '--- /dev/null\n+++ b/../../evil\n@@ -0,0 +1 @@\n+x\n';
  await expect(applyToTree({ gitDir, tree, patch: evil })).rejects.toMatchObject({ reason: 'does_not_apply' });
});

test('a commit is the same for the same input, and says who, when and why (H8)', async () => {
  const { gitDir, tree, commit } = await makeBased({ 'a.txt': 'a' });
  const input = {
    gitDir,
    tree,
    parents: [commit],
    message: 'Mend it\n\nSolved-by: Yudai\n# no comment',
    author: { name: 'Ada <x>\nLovelace', email: 'ada@example.org' },
    committer: { name: '<>', email: 'bot@example.org' },
    at: new Date('2026-11-22T10:20:30.900Z'),
  };

  const once = await commitTree(input);
  const again = await commitTree(input);

  expect(again).toBe(once);
  expect((await git({ gitDir, args: ['cat-file', 'commit', once] })).toString()).toBe(
    `tree ${tree}\nparent ${commit}\nauthor Ada xLovelace <ada@example.org> 1795342830 +0000\n` +
      'committer bot@example.org <bot@example.org> 1795342830 +0000\n\nMend it\n\nSolved-by: Yudai\n# no comment\n',
  );
  await expect(commitTree({ ...input, parents: ['--help'] })).rejects.toMatchObject({ reason: 'unknown_ref' });
});

test('names keep trees through a repack, and go all together (J9)', async () => {
  const { gitDir, tree } = await makeBased({ 'a.txt': 'a' });
  const kept = await treeWith({ gitDir, tree, changes: { 'kept.txt': 'kept' } });
  await keepRef({ gitDir, name: 'solves/one/1', object: kept });
  await keepRef({ gitDir, name: 'solves/one/1', object: kept });
  await keepRef({ gitDir, name: 'solves/onemore', object: tree });

  await git({ gitDir, args: ['repack', '-a', '-d', '-l', '--quiet'] });
  await git({ gitDir, args: ['prune', '--expire=now'] });

  expect((await treeFile({ gitDir, tree: kept, path: 'kept.txt' }))?.toString()).toBe('kept');
  await dropRefs({ gitDir, prefix: 'solves/one' });
  await dropRefs({ gitDir, prefix: 'solves/one' });
  const left = await git({ gitDir, args: ['for-each-ref', '--format=%(refname)'] });
  expect(left.toString()).toBe('refs/yudai/solves/onemore\n');
  for (const name of ['', '../x', 'a..b', '-x/', 'a.lock', 'a b', 'a/']) {
    await expect(keepRef({ gitDir, name, object: tree })).rejects.toMatchObject({ reason: 'bad_path' });
  }
});

test('what was borrowed is read in place, and what is new is in its own directory alone (G14)', async () => {
  const { gitDir, tree, source } = await makeBased({ 'a.txt': 'a' });
  const before = await objectsOf(join(source.folder, '.git'));

  const changed = await treeWith({ gitDir, tree, changes: { 'b.txt': 'b' } });

  expect(await objectsOf(join(source.folder, '.git'))).toEqual(before);
  expect(await objectsOf(gitDir)).toContain(`${changed.slice(0, 2)}/${changed.slice(2)}`);
});

test('a pipe in the place of a .gitignore keeps nobody waiting for longer than a capture may take (H5)', async () => {
  const { gitDir, tree, folder, index } = await makeBased({ 'a.txt': 'a' });
  await captureTree({ gitDir, base: tree, folder, index });
  await mkdir(join(folder, 'sub'));
  await writeFile(join(folder, 'sub', 'new.txt'), 'n');
  await promisify(execFile)('mkfifo', [join(folder, '.gitignore')]);

  const capture = captureTree({ gitDir, base: tree, folder, index, signal: AbortSignal.timeout(500) });

  await expect(capture).rejects.toMatchObject({ reason: 'timed_out' });
  await rm(join(folder, '.gitignore'));
  const again = await captureTree({ gitDir, base: tree, folder, index });
  expect(Object.keys(await contentsOf(gitDir, again.tree))).toEqual(['a.txt', 'sub/new.txt']);
});

test('a capture that is cancelled leaves no index behind (J9)', async () => {
  const { gitDir, tree, folder, index } = await makeBased({ 'a.txt': 'a' });

  const capture = captureTree({ gitDir, base: tree, folder, index, signal: AbortSignal.abort() });

  await expect(capture).rejects.toMatchObject({ reason: 'cancelled' });
  expect((await readdir(gitDir)).filter((name) => name.includes('index'))).toEqual([]);
});

async function objectsOf(gitDir: string): Promise<string[]> {
  const entries = await readdir(join(gitDir, 'objects'), { recursive: true });
  return entries.filter((path) => /^[0-9a-f]{2}\/[0-9a-f]+$/.test(path)).toSorted();
}
