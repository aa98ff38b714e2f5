import { copyFile, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { initBare } from '#checkout/bare-repository.ts';

/**
 * Makes a git directory that reads all objects of another of ours in place, and keeps what is new to itself: removing it removes every tree and commit that a piece of work has
 * made. Safe to repeat. `from` has to stay where it is. Throws `disk_full`, `cancelled`.
 */
export async function borrowRepository(options: {
  /** Made when it is missing. */
  readonly gitDir: string;
  /** A mirror, or the git directory of a captured folder. */
  readonly from: string;
  readonly objectFormat?: 'sha1' | 'sha256' | undefined;
  readonly signal?: AbortSignal | undefined;
}): Promise<void> {
  const { gitDir, from, objectFormat = 'sha1', signal } = options;
  await initBare(gitDir, { objectFormat, signal });
  await mkdir(join(gitDir, 'objects', 'info'), { recursive: true });
  // A path that holds a quote or a newline is written as a C string.
  const objects = join(from, 'objects');
  const line = /["\n\\]/.test(objects) ? JSON.stringify(objects) : objects;
  await writeFile(join(gitDir, 'objects', 'info', 'alternates'), `${line}\n`);
  await copyShallow(from, gitDir);
}

/** History ends there where it ends in the other. */
async function copyShallow(from: string, gitDir: string): Promise<void> {
  const [source, target] = [join(from, 'shallow'), join(gitDir, 'shallow')];
  const isThere = await stat(source).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    await rm(target, { force: true });
    return;
  }
  await copyFile(source, `${target}.new`);
  await rename(`${target}.new`, target);
}
