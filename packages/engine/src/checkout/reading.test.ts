import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openBlobReader } from '#checkout/blob-reader.ts';
import { captureFolder } from '#checkout/capture-folder.ts';
import { changedPaths } from '#checkout/changed-paths.ts';
import { listTree } from '#checkout/list-tree.ts';
import { readHistory } from '#checkout/read-history.ts';
import { resolveCommit } from '#checkout/resolve-commit.ts';
import { collect } from '#checkout/testing/collect.ts';
import { makeRepository } from '#checkout/testing/repository.ts';
import { temporaryDirectory } from '#checkout/testing/temporary.ts';

test('a reader answers many reads at once, in any mix of sizes, and guards against huge ones', async () => {
  const { gitDir, repository } = await makeCaptured();
  const long = Buffer.alloc(10 * 1024 * 1024, 'a line without an end ');
  await repository.commit('one', { empty: '', small: 'small\n', nul: Buffer.from([0, 10, 0, 10]), long });
  const { tree } = await captureFolder({ folder: repository.folder, gitDir });
  const entries = await collect(listTree(gitDir, tree));
  await using reader = openBlobReader(gitDir, { maxBytes: 10 * 1024 * 1024 - 1 });
  const blobOf = (path: string) => entries.find((entry) => entry.path === path)?.blob ?? '';

  const reads = Array.from({ length: 300 }, (_, i) => reader.read(blobOf(['empty', 'small', 'nul'][i % 3] ?? '')));
  const large = reader.read(blobOf('long'));
  const missing = reader.read('0123456789abcdef0123456789abcdef01234567');
  const after = reader.read(blobOf('small'));

  await expect(large).rejects.toMatchObject({ reason: 'too_large' });
  await expect(missing).rejects.toMatchObject({ reason: 'broken_repository' });
  await expect(reader.read('--help\nHEAD')).rejects.toMatchObject({ reason: 'broken_repository' });
  await expect(reader.read(tree)).rejects.toMatchObject({ reason: 'too_large' });
  expect((await after).toString()).toBe('small\n');
  const contents = new Set((await Promise.all(reads)).map((content, i) => `${i % 3}:${content.toString('hex')}`));
  expect(contents).toEqual(new Set(['0:', '1:736d616c6c0a', '2:000a000a']));
});

test('a closed reader refuses politely', async () => {
  const { gitDir, repository } = await makeCaptured();
  await repository.commit('one', { a: 'a' });
  const { tree } = await captureFolder({ folder: repository.folder, gitDir });
  const [entry] = await collect(listTree(gitDir, tree));
  const reader = openBlobReader(gitDir);
  await reader.read(entry?.blob ?? '');

  await reader.close();

  await expect(reader.read(entry?.blob ?? '')).rejects.toMatchObject({ reason: 'cancelled' });
});

test('history is the commit and its ancestors, newest first, with messages and paths', async () => {
  const { gitDir, repository } = await makeCaptured();
  const one = await repository.commit('one', { 'a.txt': '1', 'dir/ü\n.txt': 'x' });
  const two = await repository.commit('two\n\nWith a body\u0001 and commit abc', { 'a.txt': '2' });
  await repository.commit('empty');
  await repository.git('checkout', '--quiet', '-b', 'side', one);
  await repository.commit('side', { 'side.txt': 's' });
  await repository.git('checkout', '--quiet', 'main');
  await repository.git('merge', '--quiet', '--no-edit', 'side');
  const { commit } = await captureFolder({ folder: repository.folder, gitDir });

  const all = await collect(readHistory(gitDir, commit ?? '', { commits: 100, years: 5 }));
  const early = await collect(readHistory(gitDir, two, { commits: 100, years: 5 }));
  const few = await collect(readHistory(gitDir, two, { commits: 1, years: 5 }));

  expect(all.map((entry) => entry.message.split('\n')[0] ?? '').toSorted()).toEqual(['empty', 'one', 'side', 'two']);
  expect(all.find((entry) => entry.message === 'empty')?.paths).toEqual([]);
  expect(early).toMatchObject([
    { commit: two, message: 'two\n\nWith a body\u0001 and commit abc', paths: ['a.txt'] },
    { commit: one, message: 'one', paths: ['a.txt', 'dir/ü\n.txt'] },
  ]);
  expect(early[0]?.time).toBeGreaterThan(1_700_000_000);
  expect(few).toHaveLength(1);
});

test('history ends quietly where a shallow clone was cut off', async () => {
  const { gitDir, repository } = await makeCaptured();
  await repository.commit('one', { 'a.txt': '1', 'b.txt': 'b' });
  await repository.commit('two', { 'a.txt': '2' });
  const shallow = join(repository.folder, '..', 'shallow');
  await repository.git('clone', '--quiet', '--depth=1', `file://${repository.folder}`, shallow);

  const { commit } = await captureFolder({ folder: shallow, gitDir });

  const history = await collect(readHistory(gitDir, commit ?? '', { commits: 100, years: 5 }));
  expect(history).toMatchObject([{ message: 'two', paths: [] }]);
});

test('what changed between two trees is told, and names become ids', async () => {
  const { gitDir, repository } = await makeCaptured();
  const one = await repository.commit('one', { keep: 'k', change: '1', drop: 'd' });
  await repository.git('rm', '--quiet', 'drop');
  const two = await repository.commit('two', { change: '2', add: 'a' });
  await captureFolder({ folder: repository.folder, gitDir });

  const changes = await collect(changedPaths(gitDir, one, two));

  expect(changes.map(({ path, change }) => `${change} ${path}`)).toEqual([
    'added add',
    'modified change',
    'deleted drop',
  ]);
  expect((await resolveCommit(gitDir, two)).commit).toBe(two);
  await expect(resolveCommit(gitDir, '--all')).rejects.toMatchObject({ reason: 'unknown_ref' });
  await expect(collect(listTree(gitDir, '--help'))).rejects.toMatchObject({ reason: 'broken_repository' });
});

async function makeCaptured() {
  const root = await temporaryDirectory();
  return { repository: await makeRepository(join(root, 'app')), gitDir: join(root, 'captured.git') };
}
