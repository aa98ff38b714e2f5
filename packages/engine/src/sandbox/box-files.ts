import { randomUUID } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, opendir, readlink, rename, rmdir, unlink } from 'node:fs/promises';
import { SandboxError } from '#sandbox/sandbox-error.ts';

/** The files of a work tree, from the host. Paths are relative to it. Nothing outside is ever touched, whatever runs in the box meanwhile. */
export interface BoxFiles {
  /** The bytes of a file; links are followed within the work tree. Throws `not_found`, `outside`, `not_a_file`, `too_large`. */
  readFile(path: string, options?: { readonly maxBytes?: number }): Promise<Buffer>;
  /** Writes a file and the folders above it, all of it or nothing; keeps its mode. Throws `outside`, `not_a_file`, `disk_full`. */
  writeFile(path: string, content: string | Uint8Array): Promise<void>;
  /** What is in a folder, by name. Throws `not_found`, `outside`, `not_a_file`, `too_large`. */
  list(path: string): Promise<BoxEntry[]>;
  /** What stands at a path, a link being a link; null when nothing does. Throws `outside`. */
  stat(path: string): Promise<BoxStat | null>;
  /** Removes a file, a link or a folder with all that is in it. What is not there is removed. Throws `outside`. */
  remove(path: string): Promise<void>;
}

export type BoxEntryKind = 'file' | 'folder' | 'link' | 'other';

export interface BoxEntry {
  readonly name: string;
  readonly kind: BoxEntryKind;
}

export interface BoxStat {
  readonly kind: BoxEntryKind;
  /** In bytes. */
  readonly size: number;
  readonly executable: boolean;
}

/** Who owns what is written; null for whoever runs this process. */
export type BoxOwner = { readonly uid: number; readonly gid: number } | null;

/** Where commands see the work tree: links to there are links within it. */
export const workTreeInBox = '/work';

const standardMaxBytes = 10 * 1024 * 1024;
const mostEntries = 20_000;
const mostLinks = 40;
export const folderFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * What runs in the box may exchange any folder for a link at any moment, so no path is ever given to the kernel whole: every part is opened
 * below the handle of the folder before it, refusing links, which are followed by hand. Linux only.
 */
export function openBoxFiles(workTree: string, owner: BoxOwner): BoxFiles {
  const at = <T>(path: string, how: Walk, work: (place: Place) => Promise<T>) =>
    inWords(path, async () => {
      const place = await walk(workTree, path, how, owner);
      try {
        return await work(place);
      } finally {
        await closeAll(place.handles);
      }
    });
  return {
    readFile: (path, { maxBytes = standardMaxBytes } = {}) =>
      at(path, { follow: true }, (place) => read(leafOf(place, path), maxBytes, path)),
    writeFile: (path, content) =>
      at(path, { follow: true, create: true }, (place) => write(place, leafOf(place, path), content, owner, path)),
    list: (path) => at(path, { follow: true }, (place) => entriesOf(place, path)),
    stat: (path) =>
      at(path, { follow: false }, async ({ leaf, folder }) => {
        const found = leaf === null ? await folder.stat() : await lstat(leaf);
        return { kind: kindOf(found), size: found.size, executable: (found.mode & 0o111) !== 0 };
      }).catch((error: unknown) => {
        if (error instanceof SandboxError && error.reason === 'not_found') return null;
        throw error;
      }),
    remove: (path) =>
      at(path, { follow: false }, async (place) => removeTree(leafOf(place, path))).catch((error: unknown) => {
        if (error instanceof SandboxError && error.reason === 'not_found') return;
        throw error;
      }),
  };
}

interface Walk {
  /** Whether a link at the end of the path is followed. */
  readonly follow: boolean;
  /** Whether folders that are missing are made. */
  readonly create?: boolean;
}

/** Where a path leads: below the handle of a folder, or, when `leaf` is null, to the folder itself. */
interface Place {
  readonly handles: FileHandle[];
  readonly folder: FileHandle;
  /** A path through the handle of the folder. */
  readonly leaf: string | null;
}

async function walk(workTree: string, path: string, how: Walk, owner: BoxOwner): Promise<Place> {
  const pending = partsOf(path, path);
  const handles = [await open(workTree, folderFlags)];
  let links = 0;
  try {
    for (let part = pending.shift(); part !== undefined; part = pending.shift()) {
      const folder = last(handles);
      if (part === '..') {
        if (handles.length === 1) throw outside(path);
        await handles.pop()?.close();
        continue;
      }
      const here = below(folder, part);
      const isLast = pending.length === 0;
      const target = isLast && !how.follow ? null : await linkAt(here);
      if (target !== null) {
        links += 1;
        if (links > mostLinks) throw new SandboxError('outside', `${path} goes from link to link without an end.`);
        if (target.startsWith('/')) await closeAll(handles.splice(1));
        pending.unshift(...partsOf(target, path));
      } else if (isLast) {
        return { handles, folder, leaf: here };
      } else {
        handles.push(await openFolder(here, how.create === true, owner));
      }
    }
    return { handles, folder: last(handles), leaf: null };
  } catch (error) {
    await closeAll(handles);
    throw error;
  }
}

/** The parts of a path as the box sees it; `named` is what the person wrote. */
function partsOf(path: string, named: string): string[] {
  if (path.includes('\0')) throw new SandboxError('bad_request', 'A path holds no zero bytes.');
  if (!path.startsWith('/')) return path.split('/').filter((part) => part !== '' && part !== '.');
  if (path !== workTreeInBox && !path.startsWith(`${workTreeInBox}/`)) throw outside(named);
  return partsOf(path.slice(workTreeInBox.length + 1), named);
}

async function linkAt(path: string): Promise<string | null> {
  try {
    return await readlink(path);
  } catch (error) {
    // Something else than a link, or nothing.
    if (['EINVAL', 'ENOENT'].includes(codeOf(error))) return null;
    throw error;
  }
}

async function openFolder(path: string, create: boolean, owner: BoxOwner): Promise<FileHandle> {
  try {
    return await open(path, folderFlags);
  } catch (error) {
    if (!create || codeOf(error) !== 'ENOENT') throw error;
  }
  await mkdir(path, 0o755);
  const made = await open(path, folderFlags);
  if (owner !== null) await made.chown(owner.uid, owner.gid);
  return made;
}

async function read(leaf: string, maxBytes: number, path: string): Promise<Buffer> {
  // Without waiting: a pipe would keep whoever opens it until somebody writes.
  const file = await open(leaf, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { size } = await regular(file, path);
    if (size > maxBytes) throw tooLarge(path, maxBytes);
    const chunks: Buffer[] = [];
    let total = 0;
    // It may grow meanwhile: what counts is what was read.
    for (;;) {
      const chunk = Buffer.allocUnsafe(Math.min(64 * 1024, maxBytes + 1 - total));
      const { bytesRead } = await file.read(chunk, 0, chunk.length, total);
      if (bytesRead === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, bytesRead));
      total += bytesRead;
      if (total > maxBytes) throw tooLarge(path, maxBytes);
    }
  } finally {
    await file.close();
  }
}

async function regular(file: FileHandle, path: string): Promise<Stats> {
  const found = await file.stat();
  if (!found.isFile()) throw notAFile(path);
  return found;
}

async function write(
  { folder }: Place,
  leaf: string,
  content: string | Uint8Array,
  owner: BoxOwner,
  path: string,
): Promise<void> {
  const before = await lstat(leaf).catch(() => null);
  if (before !== null && !before.isFile()) throw notAFile(path);
  // In its place only once it is whole; and a pipe, a device or a second name of the old file is never written to.
  const draft = below(folder, `.yudai-${randomUUID()}`);
  const file = await open(draft, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    try {
      await file.writeFile(content);
      if (owner !== null) await file.chown(owner.uid, owner.gid);
      await file.chmod((before?.mode ?? 0o644) & 0o777);
    } finally {
      await file.close();
    }
    await rename(draft, leaf);
  } catch (error) {
    await unlink(draft).catch(() => {
      // Nothing is left to remove; why it was not written is thrown below.
    });
    throw error;
  }
}

async function entriesOf({ folder, leaf }: Place, path: string): Promise<BoxEntry[]> {
  const handle = leaf === null ? folder : await open(leaf, folderFlags);
  try {
    const entries: BoxEntry[] = [];
    for await (const entry of await opendir(`/proc/self/fd/${handle.fd}`)) {
      entries.push({ name: entry.name, kind: kindOf(entry) });
      if (entries.length > mostEntries) {
        throw new SandboxError('too_large', `${path} has over ${mostEntries} entries; look at a folder below it.`);
      }
    }
    return entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  } finally {
    if (leaf !== null) await handle.close();
  }
}

export async function removeTree(path: string): Promise<void> {
  try {
    await unlink(path);
    return;
  } catch (error) {
    if (!['EISDIR', 'EPERM'].includes(codeOf(error))) throw error;
  }
  const folder = await open(path, folderFlags);
  try {
    for await (const entry of await opendir(`/proc/self/fd/${folder.fd}`)) await removeTree(below(folder, entry.name));
  } finally {
    await folder.close();
  }
  await rmdir(path);
}

function kindOf(entry: Pick<Stats, 'isFile' | 'isDirectory' | 'isSymbolicLink'>): BoxEntryKind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

/** The kernel starts at the handle, whatever the path to that folder is by now. */
export function below(folder: FileHandle, name: string): string {
  return `/proc/self/fd/${folder.fd}/${name}`;
}

function leafOf({ leaf }: Place, path: string): string {
  if (leaf === null) throw notAFile(path);
  return leaf;
}

function last(handles: readonly FileHandle[]): FileHandle {
  const handle = handles.at(-1);
  if (handle === undefined) throw new Error('a walk keeps the handle of its work tree');
  return handle;
}

async function closeAll(handles: readonly FileHandle[]): Promise<void> {
  for (const handle of handles) await handle.close();
}

async function inWords<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SandboxError) throw error;
    throw translate(path, error);
  }
}

function translate(path: string, cause: unknown): unknown {
  switch (codeOf(cause)) {
    case 'ENOENT':
      return new SandboxError('not_found', `There is no ${path} in the work tree.`, { cause });
    case 'ELOOP':
      return new SandboxError('outside', `${path} became a link while it was opened.`, { cause });
    case 'ENOTDIR':
    case 'EISDIR':
    case 'ENXIO':
      return notAFile(path);
    case 'EACCES':
    case 'EPERM':
      return new SandboxError('not_a_file', `${path} may not be opened: its mode forbids it.`, { cause });
    case 'ENAMETOOLONG':
      return new SandboxError('bad_request', 'This path is longer than the file system allows.', { cause });
    case 'ENOSPC':
    case 'EDQUOT':
      return new SandboxError('disk_full', 'The disk of this box is full. Remove something, or give it more.', {
        cause,
      });
    default:
      return cause;
  }
}

function outside(path: string): SandboxError {
  return new SandboxError('outside', `${path} leads out of the work tree.`);
}

function notAFile(path: string): SandboxError {
  return new SandboxError('not_a_file', `${path} is not what was asked for: a folder, a pipe or a device.`);
}

function tooLarge(path: string, maxBytes: number): SandboxError {
  return new SandboxError('too_large', `${path} has over ${maxBytes} bytes.`);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
