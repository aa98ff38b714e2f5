import { join } from 'node:path';
import { expect, test } from 'vitest';
import { captureFolder } from '#checkout/capture-folder.ts';
import { cloneMirror } from '#checkout/clone-mirror.ts';
import { readCommit } from '#checkout/read-commit.ts';
import { startGitServer } from '#checkout/testing/git-server.ts';
import { makeRepository } from '#checkout/testing/repository.ts';
import { temporaryDirectory } from '#checkout/testing/temporary.ts';

test('a commit is found by the start of its id, with who, when, why and what it changed', async () => {
  const { gitDir, repository } = await makeCaptured();
  await repository.commit('One', { keep: 'k', drop: 'd' });
  await repository.git('rm', '--quiet', 'drop');
  const commit = await repository.commit('Two\n\nBecause of “this”.', { 'a name with\ttab': 'a', keep: 'changed' });
  await captureFolder({ folder: repository.folder, gitDir });

  const found = await readCommit(gitDir, commit.slice(0, 8));

  expect(found).toMatchObject({ commit, author: 'Ada', message: 'Two\n\nBecause of “this”.' });
  expect(Math.abs(found.date.getTime() - Date.now())).toBeLessThan(600_000);
  expect(found.changes).toEqual([
    { status: 'A', path: 'a name with\ttab' },
    { status: 'D', path: 'drop' },
    { status: 'M', path: 'keep' },
  ]);
});

test('a merge is what it brought to its first parent', async () => {
  const { gitDir, repository } = await makeCaptured();
  await repository.commit('One', { a: '1' });
  await repository.git('checkout', '--quiet', '-b', 'topic');
  await repository.commit('Topic', { b: '2' });
  await repository.git('checkout', '--quiet', 'main');
  await repository.commit('Main', { c: '3' });
  await repository.git('merge', '--quiet', '--no-edit', 'topic');
  const merge = await repository.git('rev-parse', 'HEAD');
  await captureFolder({ folder: repository.folder, gitDir });

  expect((await readCommit(gitDir, merge)).changes).toEqual([{ status: 'A', path: 'b' }]);
});

test('where history is cut off, nobody knows what a commit changed', async () => {
  const root = await temporaryDirectory();
  const repository = await makeRepository(join(root, 'app'));
  await repository.commit('One', { a: '1' });
  const tip = await repository.commit('Two', { b: '2' });
  await repository.git('clone', '--quiet', '--bare', '--depth=1', `file://${repository.folder}`, join(root, 'cut.git'));
  const { origin } = await startGitServer({ root });
  const gitDir = join(root, 'mirror.git');
  await cloneMirror({ url: `${origin}/cut.git`, gitDir, policy: { allowInsecureLoopback: true } });

  const found = await readCommit(gitDir, tip);

  expect(found.message).toBe('Two');
  expect(found.changes).toBeNull();
});

test.each(['HEAD', '--all', 'main', '0000000', 'a'.repeat(40), '-p'])(
  '%s names no commit here, or nothing at all',
  async (name) => {
    const { gitDir, repository } = await makeCaptured();
    await repository.commit('One', { a: '1' });
    await captureFolder({ folder: repository.folder, gitDir });

    await expect(readCommit(gitDir, name)).rejects.toMatchObject({ reason: 'unknown_ref' });
  },
);

async function makeCaptured() {
  const root = await temporaryDirectory();
  return { repository: await makeRepository(join(root, 'app')), gitDir: join(root, 'captured.git') };
}
