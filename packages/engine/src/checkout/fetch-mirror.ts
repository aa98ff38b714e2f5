import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isRepository } from '#checkout/bare-repository.ts';
import { cloneMirror } from '#checkout/clone-mirror.ts';
import { type FetchOptions, type FetchedSnapshot, fetchRef } from '#checkout/fetch-ref.ts';
import { defaultLimits, withinLimits } from '#checkout/limits.ts';
import { openRemote } from '#checkout/remote-git.ts';
import { tidyMirror } from '#checkout/tidy-mirror.ts';

/**
 * Brings a mirror up to date with its remote, or to another branch or tag; only what is new travels. Clones when there is no
 * mirror yet. A failed or cancelled fetch leaves the mirror as it was. Throws CheckoutError.
 */
export async function fetchMirror(options: FetchOptions): Promise<FetchedSnapshot> {
  if (!(await isRepository(options.gitDir))) return cloneMirror(options);
  const limits = options.limits ?? defaultLimits;
  const remote = await openRemote(options);
  try {
    const fetched = await withinLimits({ directory: options.gitDir, limits, signal: options.signal }, (signal) =>
      fetchRef(remote, { ...options, limits, signal }),
    );
    // Outside the limits: for a moment there are old and new packs. A full disk spoils the tidying, not the fetch.
    await tidyMirror(options.gitDir, { signal: options.signal }).catch((error: unknown) => {
      if (options.signal?.aborted === true) throw error;
    });
    return fetched;
  } catch (error) {
    await removeHalfReceived(options.gitDir);
    throw error;
  }
}

/** Packs that were being received, and locks, of a git that was killed. */
async function removeHalfReceived(gitDir: string): Promise<void> {
  const packs = join(gitDir, 'objects', 'pack');
  for (const name of await readdir(packs).catch(() => [])) {
    if (name.startsWith('tmp_') || name.startsWith('.tmp-')) await rm(join(packs, name), { force: true });
  }
  await rm(join(gitDir, 'shallow.lock'), { force: true });
}
