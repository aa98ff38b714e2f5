import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { git } from '#checkout/run-git.ts';

/** Every fetch adds a few packs, and git looks for an object in one after another. */
const packsKept = 50;

/**
 * Joins the packs of a mirror when there are many. Objects that were left out on purpose (old blobs) stay out, and none is lost: what a
 * fetch brought is kept, whether a branch still names it or not. Readers with open packs go on. Throws CheckoutError.
 */
export async function tidyMirror(
  gitDir: string,
  options: { readonly signal?: AbortSignal | undefined; readonly keep?: number } = {},
): Promise<void> {
  const { signal, keep = packsKept } = options;
  const names = await readdir(join(gitDir, 'objects', 'pack'));
  if (names.filter((name) => name.endsWith('.pack')).length <= keep) return;
  await git({
    gitDir,
    signal,
    args: ['repack', '-a', '-d', '-l', '--quiet', '--threads=1', '--window=0'],
    // Without a remote that promises them, git takes the blobs that were never fetched for lost.
    config: { 'remote.origin.promisor': 'true', 'repack.writeBitmaps': 'false' },
  });
}
