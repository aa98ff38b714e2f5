import { mkdir, readdir } from 'node:fs/promises';
import { CheckoutError } from '#checkout/checkout-error.ts';
import { diskFull, git, tryGit } from '#checkout/run-git.ts';
import { copyWithTimes, requireOid, withScratchIndex } from '#checkout/scratch-index.ts';

export interface WriteTreeOptions {
  /** A git directory of ours that has all objects of the tree. */
  readonly gitDir: string;
  readonly tree: string;
  /** Made when it is missing; otherwise empty. */
  readonly folder: string;
  /** Where `captureTree` will keep its index for this folder: what was written is then known there, and not looked at again. */
  readonly index?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes the files of a tree into a folder, byte for byte: no filters, no hooks. Links stay links, whatever they point to; submodules become
 * empty folders. Throws `not_a_folder` when there is something in the folder, `broken_repository`, `disk_full`, `cancelled`.
 */
export async function writeTree({ gitDir, tree, folder, index, signal }: WriteTreeOptions): Promise<void> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) {
    throw new CheckoutError('not_a_folder', 'Files are written into an empty folder only, and this one is not.', {
      detail: folder,
    });
  }
  await withScratchIndex(gitDir, signal, async (run, file) => {
    await git({ ...run, args: ['read-tree', requireOid(tree)] });
    const written = await tryGit({
      ...run,
      env: { ...run.env, GIT_WORK_TREE: folder },
      args: ['checkout-index', '--all', '--index'],
    });
    if (/No space left|quota exceeded/i.test(written.stderr)) throw diskFull(written.stderr);
    if (written.exitCode !== 0) {
      throw new CheckoutError('broken_repository', 'Some files of this repository could not be written.', {
        detail: written.stderr.trim().slice(-2000),
      });
    }
    if (index !== undefined) await copyWithTimes(file, seedOf(index, tree));
  });
}

/** Where an index of a tree that was just written waits for the first capture. */
export function seedOf(index: string, tree: string): string {
  return `${index}-${tree}.seed`;
}
