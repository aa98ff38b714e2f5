import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { git } from '#checkout/run-git.ts';

/** Makes our own bare repository when it is not there yet: no templates, no hooks, the smallest config. */
export async function initBare(
  gitDir: string,
  options: { readonly objectFormat?: 'sha1' | 'sha256'; readonly signal?: AbortSignal | undefined } = {},
): Promise<void> {
  if (await isRepository(gitDir)) return;
  await mkdir(gitDir, { recursive: true });
  const format = options.objectFormat === 'sha256' ? ['--object-format=sha256'] : [];
  await git({
    args: ['init', '--quiet', '--bare', '--template=', '--initial-branch=main', ...format, gitDir],
    signal: options.signal,
  });
  await mkdir(join(gitDir, 'info'), { recursive: true });
  // A repository's .gitattributes never converts, expands or filters what is stored: blobs are the bytes on disk.
  await writeFile(join(gitDir, 'info', 'attributes'), '* -text !eol !crlf -ident !filter !working-tree-encoding\n');
}

export async function isRepository(gitDir: string): Promise<boolean> {
  const head = await readFile(join(gitDir, 'HEAD'), 'utf8').catch(() => '');
  return head !== '';
}
