import { randomBytes } from 'node:crypto';
import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { initBare } from '#checkout/bare-repository.ts';
import { type FetchOptions, type FetchedSnapshot, fetchRef } from '#checkout/fetch-ref.ts';
import { defaultLimits, withinLimits } from '#checkout/limits.ts';
import { openRemote } from '#checkout/remote-git.ts';

/**
 * Clones one branch or tag into a new bare directory: its files whole, its history as commits and trees only. The directory
 * appears when everything is there; what was half made is removed, also that of an attempt that was killed.
 * Throws CheckoutError.
 */
export async function cloneMirror(options: FetchOptions): Promise<FetchedSnapshot> {
  const limits = options.limits ?? defaultLimits;
  const remote = await openRemote(options);
  await removeHalfMade(options.gitDir);
  const directory = `${options.gitDir}.partial-${randomBytes(6).toString('hex')}`;
  try {
    const fetched = await withinLimits({ directory, limits, signal: options.signal }, async (signal) => {
      await initBare(directory, { signal });
      return fetchRef(remote, { ...options, gitDir: directory, limits, signal });
    });
    await rm(options.gitDir, { recursive: true, force: true });
    await rename(directory, options.gitDir);
    return fetched;
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Removes a bare directory of ours and everything half made beside it. Safe to repeat. */
export async function removeMirror(gitDir: string): Promise<void> {
  await rm(gitDir, { recursive: true, force: true, maxRetries: 5 });
  await removeHalfMade(gitDir);
}

async function removeHalfMade(gitDir: string): Promise<void> {
  const siblings = await readdir(dirname(gitDir)).catch(() => []);
  for (const name of siblings) {
    if (!name.startsWith(`${basename(gitDir)}.partial-`)) continue;
    await rm(join(dirname(gitDir), name), { recursive: true, force: true, maxRetries: 5 });
  }
}
