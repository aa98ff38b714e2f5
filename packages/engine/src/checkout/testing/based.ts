import { join } from 'node:path';
import { borrowRepository } from '#checkout/borrow-repository.ts';
import { listTree } from '#checkout/list-tree.ts';
import { git } from '#checkout/run-git.ts';
import { collect } from '#checkout/testing/collect.ts';
import { type TestRepository, makeRepository } from '#checkout/testing/repository.ts';
import { temporaryDirectory } from '#checkout/testing/temporary.ts';
import { writeTree } from '#checkout/write-tree.ts';

/** A repository with one commit, a git directory of ours that borrows from it, and its files in a folder. */
export interface Based {
  readonly root: string;
  readonly source: TestRepository;
  readonly gitDir: string;
  readonly commit: string;
  readonly tree: string;
  readonly folder: string;
  readonly index: string;
}

export async function makeBased(
  files: Readonly<Record<string, string | Buffer>>,
  prepare: (source: TestRepository) => Promise<unknown> = async () => {},
): Promise<Based> {
  const root = await temporaryDirectory();
  const source = await makeRepository(join(root, 'source'));
  await source.write(files);
  await prepare(source);
  const commit = await source.commit('base');
  const tree = await source.git('rev-parse', 'HEAD^{tree}');
  const [gitDir, folder, index] = [join(root, 'work.git'), join(root, 'tree'), join(root, 'capture.index')];
  await borrowRepository({ gitDir, from: join(source.folder, '.git') });
  await writeTree({ gitDir, tree, folder, index });
  return { root, source, gitDir, commit, tree, folder, index };
}

/** Every path of a tree with what stands there, as text. */
export async function contentsOf(gitDir: string, tree: string): Promise<Record<string, string>> {
  const contents: Record<string, string> = {};
  for (const { path, mode, blob } of await collect(listTree(gitDir, tree))) {
    const kind = mode === '100644' ? '' : `${mode} `;
    const text = mode === '160000' ? blob : (await git({ gitDir, args: ['cat-file', 'blob', blob] })).toString('utf8');
    contents[path] = kind + text;
  }
  return contents;
}
