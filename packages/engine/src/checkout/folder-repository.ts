import { lstat, readFile, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** A folder's own git repository, found by reading files only: git is never run on it, so its config and hooks stay unread. */
export interface FolderRepository {
  /** Where this work tree's HEAD and index are. */
  readonly gitDir: string;
  /** Where refs and objects are; the same, except in a linked work tree. */
  readonly commonDir: string;
  readonly isBare: boolean;
}

/** What HEAD says: the branch, and the commit when there is one. */
export interface FolderHead {
  readonly branch: string | null;
  readonly commit: string | null;
}

const oidPattern = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** The repository whose top is this folder: with a `.git` directory, a `.git` file (work tree, submodule), or bare. */
export async function findFolderRepository(folder: string): Promise<FolderRepository | null> {
  const dotGit = join(folder, '.git');
  const entry = await stat(dotGit).catch(() => null);
  if (entry?.isDirectory() === true) return repositoryAt(dotGit, false);
  if (entry?.isFile() === true) {
    const target = /^gitdir: (.+)$/m.exec(await readSmall(dotGit))?.[1]?.trim();
    return target === undefined ? null : repositoryAt(resolve(folder, target), false);
  }
  return repositoryAt(folder, true);
}

async function repositoryAt(gitDir: string, isBare: boolean): Promise<FolderRepository | null> {
  const common = (await readSmall(join(gitDir, 'commondir'))).trim();
  const commonDir = common === '' ? gitDir : resolve(gitDir, common);
  const hasObjects = await stat(join(commonDir, 'objects')).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  const head = await readSmall(join(gitDir, 'HEAD'));
  return hasObjects && /^(ref: |[0-9a-f]{40})/.test(head) ? { gitDir, commonDir, isBare } : null;
}

/** Every branch and tag with what it points to: loose files win over packed-refs. Symbolic refs are left out. */
export async function readFolderRefs(repository: FolderRepository): Promise<Map<string, string>> {
  const refs = new Map<string, string>();
  const packed = await readFile(join(repository.commonDir, 'packed-refs'), 'utf8').catch(() => '');
  for (const line of packed.split('\n')) {
    const [oid = '', name = ''] = line.split(' ');
    if (oidPattern.test(oid) && /^refs\/(heads|tags)\//.test(name)) refs.set(name, oid);
  }
  for (const kind of ['refs/heads', 'refs/tags']) await addLooseRefs(repository.commonDir, kind, refs, 0);
  return new Map([...refs].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

export async function readFolderHead(
  repository: FolderRepository,
  refs: ReadonlyMap<string, string>,
): Promise<FolderHead> {
  const head = (await readSmall(join(repository.gitDir, 'HEAD'))).trim();
  if (oidPattern.test(head)) return { branch: null, commit: head };
  const name = /^ref: (refs\/heads\/.+)$/.exec(head)?.[1];
  if (name === undefined) return { branch: null, commit: null };
  return { branch: name.slice('refs/heads/'.length), commit: refs.get(name) ?? null };
}

async function addLooseRefs(commonDir: string, place: string, refs: Map<string, string>, depth: number): Promise<void> {
  if (depth > 20) return;
  const entries = await readdir(join(commonDir, place), { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const name = `${place}/${entry.name}`;
    if (entry.isDirectory()) await addLooseRefs(commonDir, name, refs, depth + 1);
    if (!entry.isFile() || name.endsWith('.lock')) continue;
    const oid = (await readSmall(join(commonDir, name))).trim();
    if (oidPattern.test(oid)) refs.set(name, oid);
  }
}

/** The text of a small file, or nothing: what is huge or no regular file is not git's. */
async function readSmall(path: string): Promise<string> {
  const entry = await lstat(path).catch(() => null);
  if (entry === null || entry.isDirectory() || entry.size > 65_536) return '';
  return readFile(path, 'utf8').catch(() => '');
}
