import { createReadStream, createWriteStream } from 'node:fs';
import { lstat, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { execa } from 'execa';
import { type Headers, pack, type Pack } from 'tar-stream';
import { toolPath } from '#sandbox/box/run-tool.ts';
import { SandboxError } from '#sandbox/sandbox-error.ts';

/** The files of a box on the host: each path, from `work` or `home` on, with what tells whether it is still the same. */
export type HostTree = Map<string, string>;

/** How a path differs from what it was. */
export interface Difference {
  /** New, or other than before; folders before what is in them. */
  readonly touched: readonly string[];
  /** Gone, or in the way of something of another kind. */
  readonly gone: readonly string[];
}

/** Looks at both folders of a box. Only what other machines can have is listed: files, folders and links, whose names are text. */
export async function scanTree(diskFolder: string): Promise<HostTree> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await scanOnce(diskFolder);
    } catch (error) {
      // Something may go while it is looked at; what is not seen must not count as gone.
      if (attempt === 3) throw error;
    }
  }
}

async function scanOnce(diskFolder: string): Promise<HostTree> {
  const kinds = ['(', '-type', 'f', '-o', '-type', 'd', '-o', '-type', 'l', ')'];
  // Not ours: it climbs into folders that are deeper than a path can say.
  const { exitCode, stdout, stderr } = await execa(
    'find',
    ['work', 'home', '-mindepth', '1', '-xdev', ...kinds, '-printf', '%y %m %s %T@ %i\\0%p\\0'],
    {
      cwd: diskFolder,
      encoding: 'buffer',
      env: { PATH: toolPath, LC_ALL: 'C' },
      extendEnv: false,
      maxBuffer: 1024 ** 3,
      reject: false,
    },
  );
  if (exitCode !== 0) throw broken('The files of a box could not be looked at.', Buffer.from(stderr).toString());
  const fields = Buffer.from(stdout).toString('utf8').split('\0');
  const tree: HostTree = new Map();
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [told = '', path = ''] = [fields[at], fields[at + 1]];
    if (isSharable(path)) tree.set(path, markOf(told.split(' ')));
  }
  return tree;
}

/** What the host can name and so can be told of; the rest stays where it is. */
export function isSharable(path: string): boolean {
  return !path.includes('\uFFFD') && Buffer.byteLength(path) < 4000;
}

/** What tells that a path is as it was: for a folder its mode, because what is in it speaks for itself. */
function markOf([kind = '', mode = '', size = '', time = '', inode = '']: readonly string[]): string {
  return kind === 'd' ? `d ${mode}` : `${kind} ${mode} ${size} ${time} ${inode}`;
}

/** The mark of one path, as `scanTree` makes it; null when nothing is there. */
export async function markAt(diskFolder: string, path: string): Promise<string | null> {
  const found = await lstat(join(diskFolder, path), { bigint: true }).catch(() => null);
  if (found === null) return null;
  const kind = found.isDirectory() ? 'd' : found.isSymbolicLink() ? 'l' : 'f';
  const seconds = found.mtimeNs / 1_000_000_000n;
  const rest = `${found.mtimeNs % 1_000_000_000n}`.padStart(9, '0');
  const mode = (found.mode & 0o7777n).toString(8);
  return markOf([kind, mode, `${found.size}`, `${seconds}.${rest}0`, `${found.ino}`]);
}

export function differenceOf(before: HostTree, now: HostTree): Difference {
  const touched = [...now].filter(([path, mark]) => before.get(path) !== mark).map(([path]) => path);
  const changedKind = touched.filter((path) => (before.get(path) ?? now.get(path))?.[0] !== now.get(path)?.[0]);
  const gone = [...before.keys()].filter((path) => !now.has(path));
  return { touched: touched.toSorted(byName), gone: [...gone, ...changedKind].toSorted(byName) };
}

const byName = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0);

/** Writes these paths into an archive, packed. What has gone meanwhile is left out. */
export async function packPaths(diskFolder: string, paths: readonly string[], to: string): Promise<void> {
  const archive = pack();
  const filled = fill(archive, diskFolder, paths).catch((error: unknown) => {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  await pipeline(archive, createGzip({ level: 1 }), createWriteStream(to, { mode: 0o600 }));
  await filled;
}

async function fill(archive: Pack, diskFolder: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const at = join(diskFolder, path);
    const found = await lstat(at).catch(() => null);
    if (found === null) continue;
    // To less than a second, or tools that compare times take what was made from a file for newer.
    const pax = { mtime: (found.mtimeMs / 1000).toFixed(6) };
    const header = { name: path, mode: found.mode & 0o777, mtime: found.mtime, uid: 0, gid: 0, pax };
    if (found.isDirectory()) await entry(archive, { ...header, type: 'directory' });
    else if (found.isSymbolicLink()) await entry(archive, { ...header, type: 'symlink', linkname: await readlink(at) });
    else if (found.size === 0) await entry(archive, { ...header, type: 'file', size: 0 });
    else if (found.isFile()) await entryOfFile(archive, { ...header, type: 'file', size: found.size }, at);
  }
  archive.finalize();
}

function entry(archive: Pack, header: Headers): Promise<void> {
  return new Promise((resolve, reject) => {
    archive.entry(header, '', (error) => (error ? reject(error) : resolve()));
  });
}

async function entryOfFile(archive: Pack, header: Headers & { size: number }, at: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const into = archive.entry(header, (error) => (error ? reject(error) : resolve()));
    // No further than it was when it was looked at: it may grow meanwhile.
    const from = createReadStream(at, { end: header.size - 1 });
    from.once('error', reject);
    from.pipe(into);
  });
}

function broken(what: string, detail: string): SandboxError {
  return new SandboxError('broken', what, { detail });
}
