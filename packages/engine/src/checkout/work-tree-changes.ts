import { constants } from 'node:fs';
import { access, lstat } from 'node:fs/promises';
import { abortReason } from '#checkout/run-git.ts';

/** What stands where git listed a changed, removed or new path. Paths are bytes: they need not be UTF-8. */
export interface WorkTreeChanges {
  readonly present: Buffer[];
  readonly gone: Buffer[];
  readonly oversized: { readonly path: Buffer; readonly size: number }[];
  readonly unreadable: Buffer[];
  readonly nested: Buffer[];
}

/** Larger files are named, not stored. */
const maxFileBytes = 20 * 1024 * 1024;

const slash = 0x2f;
const together = 200;

/** Looks at each path git listed, without following a symbolic link anywhere in it. */
export async function sortChanges(
  folder: string,
  listed: readonly Buffer[],
  signal: AbortSignal | undefined,
): Promise<WorkTreeChanges> {
  const changes: WorkTreeChanges = { present: [], gone: [], oversized: [], unreadable: [], nested: [] };
  const paths = unique(listed);
  const isRealFolder = folderCheck(folder);
  for (let start = 0; start < paths.length; start += together) {
    if (signal?.aborted === true) throw abortReason(signal);
    await Promise.all(paths.slice(start, start + together).map((path) => sortOne(folder, path, changes, isRealFolder)));
  }
  return changes;
}

async function sortOne(
  folder: string,
  path: Buffer,
  changes: WorkTreeChanges,
  isRealFolder: (path: Buffer) => Promise<boolean>,
): Promise<void> {
  if (path.at(-1) === slash) {
    changes.nested.push(path.subarray(0, -1));
    return;
  }
  const place = placeOf(folder, path);
  const entry = (await isRealFolder(path)) ? await lstat(place).catch(() => null) : null;
  if (entry === null) changes.gone.push(path);
  // Of a directory git decides itself: a submodule stays a submodule, a file that became one is forgotten.
  else if (entry.isSymbolicLink() || entry.isDirectory()) changes.present.push(path);
  else if (entry.isFile()) await sortFile(place, path, entry.size, changes);
  else changes.gone.push(path);
}

async function sortFile(place: Buffer, path: Buffer, size: number, changes: WorkTreeChanges): Promise<void> {
  if (size > maxFileBytes) {
    changes.oversized.push({ path, size });
    changes.gone.push(path);
    return;
  }
  const isReadable = await access(place, constants.R_OK).then(
    () => true,
    () => false,
  );
  (isReadable ? changes.present : changes.unreadable).push(path);
}

/** Whether every folder above a path is a real one: a link could lead outside. */
function folderCheck(folder: string): (path: Buffer) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>();
  const check = (path: Buffer): Promise<boolean> => {
    const end = path.lastIndexOf(slash);
    if (end === -1) return Promise.resolve(true);
    const parent = path.subarray(0, end);
    const key = parent.toString('latin1');
    const answer = known.get(key) ?? isReal(parent);
    known.set(key, answer);
    return answer;
  };
  const isReal = async (parent: Buffer): Promise<boolean> => {
    if (!(await check(parent))) return false;
    const entry = await lstat(placeOf(folder, parent)).catch(() => null);
    return entry?.isDirectory() === true;
  };
  return check;
}

function placeOf(folder: string, path: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), path]);
}

function unique(paths: readonly Buffer[]): Buffer[] {
  return [...new Map(paths.map((path) => [path.toString('latin1'), path])).values()];
}
