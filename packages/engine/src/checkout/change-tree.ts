import { CheckoutError } from '#checkout/checkout-error.ts';
import { diskFull, git, tryGit } from '#checkout/run-git.ts';
import { type IndexRun, requireOid, withScratchIndex } from '#checkout/scratch-index.ts';

interface TreeOptions {
  readonly gitDir: string;
  readonly tree: string;
  readonly signal?: AbortSignal | undefined;
}

const mostFileBytes = 10 * 1024 * 1024;

/** A regular file of a tree; null where there is none, or something else, such as a link. Throws `too_large` over 10 MB, `bad_path`, `broken_repository`. */
export async function treeFile({
  gitDir,
  tree,
  path,
  signal,
}: TreeOptions & { readonly path: string }): Promise<Buffer | null> {
  const entry = await entryOf({ gitDir, tree, signal }, requirePath(path));
  if (entry === null || !entry.mode.startsWith('100')) return null;
  if (entry.size > mostFileBytes) {
    throw new CheckoutError('too_large', `${path} has ${entry.size} bytes; at most ${mostFileBytes} are read.`);
  }
  return git({ gitDir, signal, args: ['cat-file', 'blob', entry.oid] });
}

/**
 * The tree with these files: a text or bytes to stand at a path, null to remove what is there. A file keeps its mode; what is new is no program; a link becomes a
 * file; a file where a folder is needed gives way. Throws `bad_path`, also for folders and submodules, `disk_full`, `broken_repository`.
 */
export async function treeWith({
  gitDir,
  tree,
  changes,
  signal,
}: TreeOptions & { readonly changes: Readonly<Record<string, string | Buffer | null>> }): Promise<string> {
  const lines: string[] = [];
  for (const [path, content] of Object.entries(changes)) {
    const entry = await entryOf({ gitDir, tree, signal }, requirePath(path));
    if (entry?.mode === '160000') throw badPath(path, 'is a submodule');
    if (entry?.mode === '040000') throw badPath(path, 'is a folder');
    if (content === null) {
      lines.push(`0 ${'0'.repeat(tree.length)}\t${path}\0`);
      continue;
    }
    const hashed = await git({ gitDir, signal, args: ['hash-object', '-w', '--stdin'], input: content });
    const mode = entry?.mode === '100755' ? '100755' : '100644';
    lines.push(`${mode} ${hashed.toString('latin1').trim()}\t${path}\0`);
  }
  return withScratchIndex(gitDir, signal, async (run) => {
    await git({ ...run, args: ['read-tree', requireOid(tree)] });
    const args = ['update-index', '-z', '--add', '--index-info'];
    const updated = await tryGit({ ...run, args, input: lines.join('') });
    if (updated.exitCode !== 0) throw notTaken(updated.stderr);
    return writtenTree(run);
  });
}

/** The tree with a patch of `patchBetween` (or any unified diff that fits exactly). Throws `does_not_apply`, `disk_full`, `broken_repository`. */
export async function applyToTree({
  gitDir,
  tree,
  patch,
  signal,
}: TreeOptions & { readonly patch: string | Buffer }): Promise<string> {
  if (patch.length === 0) return requireOid(tree);
  return withScratchIndex(gitDir, signal, async (run) => {
    await git({ ...run, args: ['read-tree', requireOid(tree)] });
    const applied = await tryGit({ ...run, args: ['apply', '--cached', '--whitespace=nowarn', '-'], input: patch });
    if (applied.exitCode !== 0) {
      if (/No space left|quota exceeded/i.test(applied.stderr)) throw diskFull(applied.stderr);
      throw new CheckoutError('does_not_apply', 'This change does not fit the files it is for.', {
        detail: applied.stderr.trim().slice(-2000),
      });
    }
    return writtenTree(run);
  });
}

async function writtenTree(run: IndexRun): Promise<string> {
  return (await git({ ...run, args: ['write-tree'] })).toString('latin1').trim();
}

async function entryOf(
  { gitDir, tree, signal }: TreeOptions,
  path: string,
): Promise<{ readonly mode: string; readonly oid: string; readonly size: number } | null> {
  const args = ['ls-tree', '-z', '-l', '--full-tree', requireOid(tree), '--', path];
  const [line = ''] = (await git({ gitDir, signal, args })).toString('latin1').split('\t');
  const [mode, , oid, size] = line.split(/ +/);
  return mode === undefined || oid === undefined ? null : { mode, oid, size: Number(size) };
}

/** A path from the root of a tree, as git would take it. */
function requirePath(path: string): string {
  const parts = path.split('/');
  const isOdd = parts.some((part) => part === '' || part === '.' || part === '..' || part.toLowerCase() === '.git');
  if (isOdd || path.includes('\0') || path.length > 4000) throw badPath(path, 'is no path within a repository');
  return path;
}

function badPath(path: string, why: string): CheckoutError {
  return new CheckoutError('bad_path', `“${path.slice(0, 200)}” ${why}.`);
}

function notTaken(stderr: string): CheckoutError {
  if (/No space left|quota exceeded/i.test(stderr)) return diskFull(stderr);
  return new CheckoutError('bad_path', 'Git does not take one of these paths.', {
    detail: stderr.trim().slice(-2000),
  });
}
