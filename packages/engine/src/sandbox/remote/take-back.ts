import { randomUUID } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { type FileHandle, lchown, lstat, mkdir, open, rename, rmdir, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Headers } from 'tar-stream';
import { below, type BoxOwner, folderFlags, removeTree } from '#sandbox/box-files.ts';
import { isSharable } from '#sandbox/remote/host-tree.ts';
import { SandboxError } from '#sandbox/sandbox-error.ts';

/** What a machine says has changed: a file with the paths that are gone, and an archive of the rest. */
export interface BroughtBack {
  readonly file: string;
  readonly diskFolder: string;
  readonly owner: BoxOwner;
  /** What counts is what the host has there: it was written meanwhile. */
  readonly keep: (path: string) => boolean;
  /** Called with what is other than it was, also when it fails later. */
  readonly onTouched: (path: string) => void;
  /** All files of it together. */
  readonly mostBytes: number;
}

const mostEntries = 1_000_000;
/** Of an archive, beside what is in its files. */
const mostOverhead = 1024 ** 3;
const mostNames = 200 * 1024 * 1024;

/**
 * Makes the files of a box those that its machine has sent. Nothing of what it says is believed: no path leads out, no link is followed, nothing but files,
 * folders and links is made, none of them setuid, and no more than the box may hold. Throws `disk_full`, `broken`.
 */
export async function takeBack(brought: BroughtBack): Promise<void> {
  const { gone, archiveAt } = await namesOf(brought.file);
  const tree = openTree(brought.diskFolder, brought.owner);
  try {
    for (const path of gone.toSorted().toReversed()) {
      if (brought.keep(path)) continue;
      await tree.remove(path);
      brought.onTouched(path);
    }
    let entries = 0;
    let bytes = 0;
    const mostUnpacked = brought.mostBytes + mostOverhead;
    await eachEntry({ file: brought.file, start: archiveAt, mostUnpacked }, async (header, content) => {
      entries += 1;
      const size = header.size ?? 0;
      if (!Number.isSafeInteger(size) || size < 0) throw lie('A file of it has no size.');
      bytes += size;
      if (entries > mostEntries || bytes > brought.mostBytes) throw tooMuch();
      const path = header.name.replace(/\/$/, '');
      if (!isSharable(path) || brought.keep(path)) return;
      if (await tree.put(path, header, content)) brought.onTouched(path);
    });
  } catch (error) {
    throw inWords(error);
  } finally {
    await tree.close();
  }
}

/** The paths at the beginning of the file, and where the archive begins. */
async function namesOf(path: string): Promise<{ gone: string[]; archiveAt: number }> {
  await using file = await open(path);
  const head = Buffer.alloc(32);
  await file.read(head, 0, head.length, 0);
  const line = head.indexOf('\n');
  const size = /^\d{1,10}$/.test(head.toString('latin1', 0, Math.max(0, line))) ? Number(head.subarray(0, line)) : null;
  if (size === null || size > mostNames) throw lie('Its answer has no beginning.');
  const names = Buffer.alloc(size);
  const { bytesRead } = await file.read(names, 0, size, line + 1);
  if (bytesRead !== size) throw lie('Its answer ends too early.');
  const gone = names
    .toString('utf8')
    .split('\0')
    .filter((name) => name !== '' && isSharable(name));
  return { gone, archiveAt: line + 1 + size };
}

/** Reads an archive, one entry after the other. */
async function eachEntry(
  { file, start, mostUnpacked }: { readonly file: string; readonly start: number; readonly mostUnpacked: number },
  work: (header: Headers, content: Readable) => Promise<void>,
): Promise<void> {
  const archive = extract();
  const handle = async (header: Headers, content: Readable, next: (error?: unknown) => void) => {
    const read = new Promise((resolve) => content.once('end', resolve));
    try {
      await work(header, content);
      content.resume();
      await read;
    } catch (error) {
      next(error);
      return;
    }
    next();
  };
  archive.on('entry', (header: Headers, content: Readable, next: (error?: unknown) => void) => {
    void handle(header, content, next);
  });
  await pipeline(createReadStream(file, { start }), createGunzip(), noMoreThan(mostUnpacked), archive);
}

/** Also of what comes after the last file, which nobody reads. */
function noMoreThan(most: number) {
  return async function* (source: AsyncIterable<Buffer>) {
    let bytes = 0;
    for await (const chunk of source) {
      bytes += chunk.length;
      if (bytes > most) throw tooMuch();
      yield chunk;
    }
  };
}

interface OpenTree {
  /** Says whether it is there now. */
  put(path: string, header: Headers, content: Readable): Promise<boolean>;
  /** Removes a file, a link, or a folder with nothing in it. */
  remove(path: string): Promise<void>;
  close(): Promise<void>;
}

/** Keeps open the folders that lead to what was written last: the next is likely beside it. Every part of a path is opened below the one before it, refusing links. */
function openTree(diskFolder: string, owner: BoxOwner): OpenTree {
  let open_: { readonly name: string; readonly handle: FileHandle }[] = [];
  const leave = async (depth: number) => {
    for (const { handle } of open_.splice(depth).toReversed()) await handle.close();
  };
  const folderOf = async (parts: readonly string[]): Promise<FileHandle> => {
    const same = open_.findIndex(({ name }, at) => parts[at] !== name);
    await leave(same === -1 ? Math.min(open_.length, parts.length) : same);
    for (const name of parts.slice(open_.length)) {
      const last = open_.at(-1);
      const handle = await open(last === undefined ? join(diskFolder, name) : below(last.handle, name), folderFlags);
      open_.push({ name, handle });
    }
    const found = open_.at(-1);
    if (found === undefined) throw lie('It names the box itself.');
    return found.handle;
  };
  return {
    async put(path, header, content) {
      const parts = partsOf(path);
      const name = parts.pop();
      // The two folders themselves are the host's.
      if (name === undefined || parts.length === 0) return false;
      const folder = await folderOf(parts);
      const at = below(folder, name);
      if (header.type === 'directory') await putFolder(at, modeOf(header, 0o700), owner);
      else if (header.type === 'symlink') await putLink(folder, at, header.linkname ?? '', owner);
      else if (header.type === 'file') await putFile(folder, at, header, content, owner);
      else return false;
      return true;
    },
    async remove(path) {
      const parts = partsOf(path);
      const name = parts.pop();
      if (name === undefined || parts.length === 0) return;
      try {
        await removeOne(below(await folderOf(parts), name));
      } catch (error) {
        // What led to it is gone or something else, or the host has put something into it.
        if (!['ENOENT', 'ENOTDIR', 'ELOOP', 'ENOTEMPTY', 'EEXIST'].includes(codeOf(error))) throw error;
      }
    },
    close: () => leave(0),
  };
}

function partsOf(path: string): string[] {
  const parts = path.split('/');
  const isInBox = parts[0] === 'work' || parts[0] === 'home';
  if (!isInBox || path.includes('\0') || parts.some((part) => part === '' || part === '.' || part === '..')) {
    throw lie('It names a path out of the box.');
  }
  return parts;
}

/** What the host has to be able to do with it as well; nobody becomes anybody by it. */
function modeOf({ mode = 0 }: Headers, atLeast: number): number {
  return (mode & 0o777) | atLeast;
}

/** To less than a second, where it is told. */
function secondsOf(header: Headers & { readonly pax?: { readonly mtime?: string } | null }): number {
  return header.pax?.mtime === undefined ? (header.mtime?.getTime() ?? 0) / 1000 : Number(header.pax.mtime);
}

async function putFolder(at: string, mode: number, owner: BoxOwner): Promise<void> {
  const found = await lstat(at).catch(() => null);
  if (found !== null && !found.isDirectory()) await unlink(at);
  if (found === null || !found.isDirectory()) await mkdir(at, 0o700);
  await using handle = await open(at, folderFlags);
  if (owner !== null) await handle.chown(owner.uid, owner.gid);
  await handle.chmod(mode);
}

async function putLink(folder: FileHandle, at: string, target: string, owner: BoxOwner): Promise<void> {
  if (target === '' || target.includes('\0')) throw lie('It sends a link to nothing.');
  const draft = draftIn(folder);
  await symlink(target, draft);
  await inPlaceOf(draft, at, async () => {
    if (owner === null) return;
    await lchown(draft, owner.uid, owner.gid);
  });
}

async function putFile(
  folder: FileHandle,
  at: string,
  header: Headers,
  content: Readable,
  owner: BoxOwner,
): Promise<void> {
  const draft = draftIn(folder);
  const file = await open(
    draft,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
    0o600,
  );
  await inPlaceOf(draft, at, async () => {
    try {
      await pipeline(
        content,
        new Writable({ write: (bytes: Buffer, _encoding, done) => void written(file, bytes, done) }),
      );
      if (owner !== null) await file.chown(owner.uid, owner.gid);
      await file.chmod(modeOf(header, 0o600));
      const seconds = secondsOf(header);
      if (Number.isFinite(seconds)) await file.utimes(seconds, seconds);
    } finally {
      await file.close();
    }
  });
}

async function written(file: FileHandle, bytes: Buffer, done: (error?: Error) => void): Promise<void> {
  try {
    await file.appendFile(bytes);
    done();
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)));
  }
}

/** In its place once it is whole, whatever was there. */
async function inPlaceOf(draft: string, at: string, finish: () => Promise<void>): Promise<void> {
  try {
    await finish();
    const found = await lstat(at).catch(() => null);
    if (found?.isDirectory() === true) await removeTree(at);
    await rename(draft, at);
  } catch (error) {
    await unlink(draft).catch(() => {
      // Nothing is left to remove; why it was not written is thrown below.
    });
    throw error;
  }
}

async function removeOne(at: string): Promise<void> {
  const found = await lstat(at);
  await (found.isDirectory() ? rmdir(at) : unlink(at));
}

function draftIn(folder: FileHandle): string {
  return below(folder, `.yudai-${randomUUID()}`);
}

function lie(why: string): SandboxError {
  return new SandboxError('broken', 'What the machine of this box sent cannot be its files. They are left there.', {
    detail: why,
  });
}

function tooMuch(): SandboxError {
  return lie('It sends more than the box may hold.');
}

function inWords(error: unknown): unknown {
  if (error instanceof SandboxError) return error;
  if (['ENOSPC', 'EDQUOT'].includes(codeOf(error))) {
    return new SandboxError('disk_full', 'The disk of this box is full. Remove something, or give it more.', {
      cause: error,
    });
  }
  const said = error instanceof Error ? error.message : String(error);
  return lie(said);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
