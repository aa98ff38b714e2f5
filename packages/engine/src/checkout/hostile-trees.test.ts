import { chmod, mkdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { captureTree } from '#checkout/capture-tree.ts';
import { applyToTree } from '#checkout/change-tree.ts';
import { commitTree } from '#checkout/commit-tree.ts';
import { diffTrees, patchBetween } from '#checkout/diff-trees.ts';
import { type Based, contentsOf, makeBased } from '#checkout/testing/based.ts';
import { type TestRepository, makeRepository, writeFiles } from '#checkout/testing/repository.ts';
import { temporaryDirectory } from '#checkout/testing/temporary.ts';
import { writeTree } from '#checkout/write-tree.ts';

/** A way to have the host's git run a program of the work tree. */
interface Trap {
  readonly name: string;
  /** Sets it; `script` is a program that leaves a proof. */
  readonly set: (repository: TestRepository, script: string) => Promise<unknown>;
  /** What plain git is asked for then; the last may fail. */
  readonly control: readonly (readonly string[])[];
}

const config = (key: string) => (repository: TestRepository, script: string) => repository.git('config', key, script);

const hook = (name: string) => async (repository: TestRepository, script: string) => {
  await mkdir(join(repository.folder, '.git', 'hooks'), { recursive: true });
  await writeFile(join(repository.folder, '.git', 'hooks', name), `#!/bin/sh\nexec ${script}\n`, { mode: 0o755 });
};

const commit = ['commit', '--quiet', '--allow-empty', '--all', '--message', 'x'] as const;

const traps: readonly Trap[] = [
  { name: 'a hook before commits', set: hook('pre-commit'), control: [commit] },
  { name: 'a hook after the index', set: hook('post-index-change'), control: [['add', '--all']] },
  { name: 'a hook after a checkout', set: hook('post-checkout'), control: [['checkout', '--quiet', '-b', 'x']] },
  {
    name: 'a folder for hooks in the work tree',
    set: async (repository, script) => {
      await repository.write({ 'hooks/pre-commit': `#!/bin/sh\nexec ${script}\n` });
      await chmod(join(repository.folder, 'hooks', 'pre-commit'), 0o755);
      await repository.git('config', 'core.hooksPath', 'hooks');
    },
    control: [commit],
  },
  { name: 'a monitor of files', set: config('core.fsmonitor'), control: [['status']] },
  { name: 'a filter for what is added', set: config('filter.evil.clean'), control: [['add', '--all']] },
  { name: 'a filter that stays for all files', set: config('filter.evil.process'), control: [['add', '--all']] },
  {
    name: 'a filter for what is checked out',
    set: config('filter.evil.smudge'),
    control: [['checkout', 'HEAD', '--', 'a.txt']],
  },
  { name: 'a program that compares', set: config('diff.external'), control: [['diff', 'HEAD']] },
  { name: 'a program that compares some files', set: config('diff.evil.command'), control: [['diff', 'HEAD']] },
  { name: 'a program that makes text', set: config('diff.evil.textconv'), control: [['diff', 'HEAD']] },
  {
    name: 'a program that signs',
    set: async (repository, script) => {
      await repository.git('config', 'commit.gpgSign', 'true');
      await repository.git('config', 'gpg.program', script);
    },
    control: [commit],
  },
  {
    name: 'settings that include a file of the work tree',
    set: async (repository, script) => {
      await repository.write({ 'settings.ini': `[core]\n\tfsmonitor = ${script}\n` });
      await repository.git('config', 'include.path', '../settings.ini');
    },
    control: [['status']],
  },
  {
    name: 'a repository within it, with a monitor of files',
    set: async (repository, script) => {
      const nested = await makeRepository(join(repository.folder, 'nested'));
      await nested.commit('nested', { 'n.txt': 'n' });
      await nested.git('config', 'core.fsmonitor', script);
    },
    control: [['add', 'nested'], ['status']],
  },
  {
    name: 'a submodule that is updated by a program',
    set: async (repository, script) => {
      const library = await makeRepository(join(repository.folder, '..', 'library'));
      await library.commit('library', { 'l.txt': 'l' });
      await repository.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library.folder, 'lib');
      await repository.git('config', 'submodule.lib.update', `!${script}`);
      await repository.commit('with a submodule');
      await library.commit('more');
    },
    control: [['-c', 'protocol.file.allow=always', 'submodule', 'update', '--remote', 'lib']],
  },
];

describe('the git of the host runs nothing of a work tree (H5 S11)', () => {
  test.each(traps)('$name', async ({ set, control }) => {
    const based = await makeBased({
      '.gitattributes': '* filter=evil diff=evil\n',
      'a.txt': 'a\n',
      'dir/b.txt': 'b\n',
    });
    const { proof, script } = await placeScript(based);
    const repository = await turnIntoRepository(based);
    await set(repository, script);
    await repository.write({ 'a.txt': 'changed\n' });
    // Setting the trap may have sprung it.
    await rm(proof, { force: true });

    await doEverything(based);

    expect(await exists(proof)).toBe(false);
    for (const args of control) await repository.git(...args).catch(() => {});
    expect(await exists(proof), 'plain git runs it').toBe(true);
  });
});

test('a work tree whose .git is another repository, a file or a link is read as files all the same (H5 S11)', async () => {
  const { gitDir, tree, folder, index, root } = await makeBased({ 'a.txt': 'a\n' });
  const elsewhere = await makeRepository(join(root, 'elsewhere'));
  await elsewhere.commit('other', { 'secret.txt': 'secret' });
  const capture = () => captureTree({ gitDir, base: tree, folder, index });

  await symlink(join(elsewhere.folder, '.git'), join(folder, '.git'));
  const linked = await capture();
  await rm(join(folder, '.git'));
  await writeFile(join(folder, '.git'), `gitdir: ${elsewhere.folder}/.git\n`);
  const pointed = await capture();

  expect([linked, pointed]).toEqual(Array.from({ length: 2 }, () => ({ tree, refused: [] })));
});

test('repositories within a work tree and changed submodules are refused, and what the base has there stays (H5)', async () => {
  const { gitDir, tree, folder, index } = await makeBased({ 'a.txt': 'a\n', 'was/file.txt': 'x' }, async (source) => {
    const library = await makeRepository(join(source.folder, '..', 'library'));
    await library.commit('library', { 'l.txt': 'l' });
    await source.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', library.folder, 'lib');
  });
  const untouched = await captureTree({ gitDir, base: tree, folder, index });
  for (const place of ['nested', 'was', 'lib']) {
    const inner = await makeRepository(join(folder, place));
    await inner.commit('inner', { 'inner.txt': 'i' });
  }
  await rm(join(folder, 'a.txt'));
  await (await makeRepository(join(folder, 'a.txt'))).commit('inner', { 'inner.txt': 'i' });

  const captured = await captureTree({ gitDir, base: tree, folder, index });

  expect(untouched).toEqual({ tree, refused: [] });
  expect(captured.refused).toEqual([
    { path: 'a.txt', why: 'is a repository of its own' },
    { path: 'lib', why: 'is a submodule, and those are not changed' },
    { path: 'nested/', why: 'is a repository of its own' },
  ]);
  const contents = await contentsOf(gitDir, captured.tree);
  expect(contents).toMatchObject({ 'a.txt': 'a\n', 'was/file.txt': 'x', 'was/inner.txt': 'i' });
  expect(contents['lib']).toMatch(/^160000 /);
  expect(Object.keys(contents).filter((path) => path.startsWith('nested'))).toEqual([]);
});

test('names that git keeps for itself, and links to them, are refused (H5 S11)', async () => {
  const { gitDir, tree, folder, index } = await makeBased({ 'a.txt': 'a\n' });
  await writeFiles(folder, {
    '.GIT/config': '[core]',
    'sub/.Git/hooks/pre-commit': 'x',
    '.git/config': '[core]',
    'ok.txt': 'x',
  });
  await symlink('.git/config', join(folder, 'settings'));
  await symlink('ok.txt', join(folder, '.gitmodules'));

  const captured = await captureTree({ gitDir, base: tree, folder, index });

  expect(captured.refused.map(({ path }) => path)).toEqual([
    '.GIT/config',
    '.gitmodules',
    'settings',
    'sub/.Git/hooks/pre-commit',
  ]);
  expect(Object.keys(await contentsOf(gitDir, captured.tree))).toEqual(['a.txt', 'ok.txt']);
});

test('a folder that became a link takes nothing in from where it leads (H5 S11)', async () => {
  const { gitDir, tree, folder, index, root } = await makeBased({ 'dir/a.txt': 'a\n', 'b.txt': 'b\n' });
  await writeFiles(join(root, 'outside'), { 'a.txt': 'secret\n', 'more.txt': 'secret\n' });
  await rm(join(folder, 'dir'), { recursive: true });
  await symlink(join(root, 'outside'), join(folder, 'dir'));

  const captured = await captureTree({ gitDir, base: tree, folder, index });

  expect(captured.refused).toEqual([{ path: 'dir', why: 'is a link that leads out of the repository' }]);
  expect(await contentsOf(gitDir, captured.tree)).toEqual({ 'b.txt': 'b\n' });
});

test('nothing is written through a link of the tree, and attributes change no byte (H5 S11)', async () => {
  const outside = await temporaryDirectory();
  const { gitDir, tree, root, folder } = await makeBased(
    {
      '.gitattributes':
        '*.txt ident text eol=crlf working-tree-encoding=UTF-16\nhidden.txt export-ignore\nsub.txt export-subst\n',
      'id.md': '$Id$',
    },
    async (source) => {
      await symlink(outside, join(source.folder, 'out'));
      await writeFile(join(source.folder, '.git', 'info', 'attributes'), '* -text !working-tree-encoding -ident\n');
      await source.write({ 'hidden.txt': 'h\n', 'sub.txt': '$Format:%H$ $Id$\n' });
    },
  );

  const again = join(root, 'again');
  await writeTree({ gitDir, tree, folder: again });
  const captured = await captureTree({ gitDir, base: tree, folder: again, index: join(root, 'other.index') });

  expect(captured).toEqual({ tree, refused: [] });
  expect(await contentsOf(gitDir, tree)).toMatchObject({ 'hidden.txt': 'h\n', 'sub.txt': '$Format:%H$ $Id$\n' });
  expect((await stat(join(folder, 'sub.txt'))).size).toBe('$Format:%H$ $Id$\n'.length);
});

/** A program that leaves a proof and then does what a filter does. */
async function placeScript({ root }: Based): Promise<{ proof: string; script: string }> {
  const proof = join(root, 'proof');
  const script = join(root, 'evil.sh');
  await writeFile(script, `#!/bin/sh\ntouch ${proof}\n[ -t 0 ] || cat\n`);
  await chmod(script, 0o755);
  return { proof, script };
}

/** What an agent does to its work tree with `git init`. */
async function turnIntoRepository({ folder }: Based): Promise<TestRepository> {
  const repository = await makeRepository(folder);
  await repository.commit('base');
  return repository;
}

/** All that the host does with a work tree. */
async function doEverything({ gitDir, tree, commit: parent, folder, index, root }: Based): Promise<void> {
  const { tree: after } = await captureTree({ gitDir, base: tree, folder, index });
  expect(after).not.toBe(tree);
  await diffTrees({ gitDir, from: tree, to: after });
  const patch = await patchBetween({ gitDir, from: tree, to: after });
  expect(await applyToTree({ gitDir, tree, patch })).toBe(after);
  await writeTree({ gitDir, tree: after, folder: join(root, 'fresh') });
  const author = { name: 'Ada', email: 'ada@example.org' };
  await commitTree({ gitDir, tree: after, parents: [parent], message: 'x', author, at: new Date(0) });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
