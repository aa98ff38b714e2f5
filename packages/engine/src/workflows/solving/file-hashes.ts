import { createHash } from 'node:crypto';
import type { SolveFile } from '@yudai/contract';
import { diffTrees, listTree, openBlobReader } from '#checkout/index.ts';
import type { FileHashes } from '#verify/index.ts';

/** What differs between two trees, and what it is in the second: SHA-256 by path, null for what is not there. */
export async function hashesBetween(
  gitDir: string,
  from: string,
  to: string,
  signal: AbortSignal,
): Promise<{ readonly files: readonly SolveFile[]; readonly hashes: FileHashes }> {
  if (from === to) return { files: [], hashes: {} };
  const { files } = await diffTrees({ gitDir, from, to, signal });
  const paths = new Set(pathsOf(files));
  const hashes: Record<string, string | null> = Object.fromEntries([...paths].map((path) => [path, null]));
  await using reader = openBlobReader(gitDir);
  for await (const { path, kind, blob } of listTree(gitDir, to, { signal })) {
    if (!paths.has(path) || kind === 'submodule') continue;
    hashes[path] = createHash('sha256')
      .update(await reader.read(blob))
      .digest('hex');
  }
  return { files, hashes };
}

/** Every path that a change touches, also what a file was called before. */
export function pathsOf(files: readonly SolveFile[]): string[] {
  return [...new Set(files.flatMap(({ path, from }) => (from === null ? [path] : [from, path])))];
}
