import { randomBytes } from 'node:crypto';
import { copyFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckoutError } from '#checkout/checkout-error.ts';
import type { GitRun } from '#checkout/run-git.ts';

/** What every run of git on one index has in common. */
export type IndexRun = Pick<GitRun, 'gitDir' | 'env' | 'signal' | 'config' | 'memory'>;

/** Runs work with an index of its own in our git directory, which is gone afterwards. */
export async function withScratchIndex<T>(
  gitDir: string,
  signal: AbortSignal | undefined,
  work: (run: IndexRun, file: string) => Promise<T>,
): Promise<T> {
  const file = join(gitDir, `scratch.index.${randomBytes(6).toString('hex')}`);
  try {
    return await work({ gitDir, signal, env: { GIT_INDEX_FILE: file } }, file);
  } finally {
    await rm(file, { force: true });
    await rm(`${file}.lock`, { force: true });
  }
}

/** The id of an object, and nothing that git could take for an option or a name. */
export function requireOid(oid: string): string {
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(oid)) return oid;
  throw new CheckoutError('unknown_ref', `“${oid.slice(0, 100)}” is not the id of anything in a repository.`);
}

/** The time of an index tells git which entries it must look at again, so a copy keeps it. */
export async function copyWithTimes(from: string, to: string): Promise<boolean> {
  const entry = await stat(from).catch(() => null);
  if (entry === null || !entry.isFile()) return false;
  await copyFile(from, to);
  await utimes(to, entry.atime, entry.mtime);
  return true;
}
