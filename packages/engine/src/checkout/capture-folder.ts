import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { initBare } from '#checkout/bare-repository.ts';
import { captureWorkTree } from '#checkout/capture-work-tree.ts';
import { CheckoutError } from '#checkout/checkout-error.ts';
import { type OnProgress, monotone } from '#checkout/fetch-progress.ts';
import { type FolderHead, type FolderRepository, readFolderHead, readFolderRefs } from '#checkout/folder-repository.ts';
import { openFolder } from '#checkout/open-folder.ts';
import { git } from '#checkout/run-git.ts';
import { unknownRef } from '#checkout/unknown-ref.ts';

export interface CaptureOptions {
  /** An absolute path. */
  readonly folder: string;
  /** Our bare directory for this folder; made when it is missing. */
  readonly gitDir: string;
  /** A branch or tag of the folder's repository; without one the files as they are on disk now. */
  readonly ref?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

export interface FolderSnapshot {
  readonly tree: string;
  /** The commit whose history belongs to the tree; the files on disk may differ from it. Null without a commit. */
  readonly commit: string | null;
  /** True when the tree is exactly the commit's. */
  readonly isClean: boolean;
  readonly branch: string | null;
  /** Files over 20 MB that git does not have: left out of the tree. */
  readonly oversized: readonly { readonly path: string; readonly size: number }[];
  /** Files Yudai may not read: left out of the tree, or in it as they were last read. */
  readonly unreadable: readonly string[];
  /** Folders that are git repositories of their own and no submodules: left out. */
  readonly nested: readonly string[];
}

/**
 * Takes a snapshot of a folder as a git tree in our bare directory. Nothing of the folder is run or changed; what its
 * repository already stores is read from there and not copied. Throws `not_a_folder`, `unreadable`, `unknown_ref`, `empty`,
 * `broken_repository`, `disk_full`, `cancelled`.
 */
export async function captureFolder(options: CaptureOptions): Promise<FolderSnapshot> {
  const tell = monotone(options.onProgress);
  const { path, repository } = await openFolder(options.folder);
  const refs = repository === null ? new Map<string, string>() : await readFolderRefs(repository);
  const head = repository === null ? { branch: null, commit: null } : await readFolderHead(repository, refs);
  await prepareBare(options, repository, [head.commit, ...refs.values()]);
  tell(5, 'Looking at the folder');
  const snapshot =
    options.ref === undefined && repository?.isBare !== true
      ? await snapshotWorkTree({ ...options, folder: path, repository, head, tell })
      : await snapshotRef(options, refs, head);
  tell(100, 'Captured');
  return snapshot;
}

async function snapshotWorkTree(options: {
  readonly folder: string;
  readonly gitDir: string;
  readonly repository: FolderRepository | null;
  readonly head: FolderHead;
  readonly signal?: AbortSignal | undefined;
  readonly tell: OnProgress;
}): Promise<FolderSnapshot> {
  const { gitDir, head, signal } = options;
  const captured = await captureWorkTree(options);
  const commitTree = head.commit === null ? null : await resolveObject(gitDir, `${head.commit}^{tree}`, signal);
  // A commit that cannot be read (an interrupted clone) leaves the files, without a history.
  return {
    ...captured,
    commit: commitTree === null ? null : head.commit,
    isClean: commitTree === captured.tree,
    branch: head.branch,
  };
}

async function snapshotRef(
  { gitDir, ref, signal }: CaptureOptions,
  refs: ReadonlyMap<string, string>,
  head: FolderHead,
): Promise<FolderSnapshot> {
  const name = ref ?? head.branch ?? 'HEAD';
  const oid =
    refs.get(`refs/heads/${name}`) ?? refs.get(`refs/tags/${name}`) ?? (ref === undefined ? head.commit : null);
  if (oid === null || oid === undefined) {
    if (refs.size === 0)
      throw new CheckoutError('empty', 'This folder’s repository has no commits yet, so no branch to choose.');
    throw unknownRef(
      name,
      [...refs.keys()].map((full) => full.replace(/^refs\/(heads|tags)\//, '')),
    );
  }
  const commit = await resolveObject(gitDir, `${oid}^{commit}`, signal);
  const tree = await resolveObject(gitDir, `${oid}^{tree}`, signal);
  if (commit === null || tree === null) {
    throw new CheckoutError(
      'broken_repository',
      `“${name}” points to a commit that is not in the folder’s repository.`,
    );
  }
  return { tree, commit, isClean: true, branch: name, oversized: [], unreadable: [], nested: [] };
}

/** Makes our repository read the folder's objects in place, and lets history end where the folder's own (shallow) does. */
async function prepareBare(
  { gitDir, signal }: CaptureOptions,
  repository: FolderRepository | null,
  oids: readonly (string | null)[],
): Promise<void> {
  const objectFormat = oids.some((oid) => oid?.length === 64) ? 'sha256' : 'sha1';
  await initBare(gitDir, { objectFormat, signal });
  if (repository === null) return;
  await mkdir(join(gitDir, 'objects', 'info'), { recursive: true });
  const alternates = `${quoteAlternate(join(repository.commonDir, 'objects'))}\n`;
  await replaceFile(join(gitDir, 'objects', 'info', 'alternates'), alternates);
  // Most repositories are whole and have no such file.
  const shallow = await readFile(join(repository.commonDir, 'shallow'), 'utf8').catch(() => null);
  if (shallow !== null) await replaceFile(join(gitDir, 'shallow'), shallow);
}

/** Never half there: whoever reads a file meanwhile would find none of the objects. */
async function replaceFile(path: string, text: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => null)) === text) return;
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, text);
  await rename(draft, path);
}

/** A path that starts with a quote or holds a newline is written as a C string. */
function quoteAlternate(path: string): string {
  return /["\n\\]/.test(path) ? JSON.stringify(path) : path;
}

async function resolveObject(gitDir: string, name: string, signal: AbortSignal | undefined): Promise<string | null> {
  try {
    const found = await git({ gitDir, signal, args: ['rev-parse', '--verify', '--quiet', '--end-of-options', name] });
    return found.toString('utf8').trim();
  } catch (error) {
    if (error instanceof CheckoutError && error.reason === 'broken_repository') return null;
    throw error;
  }
}
