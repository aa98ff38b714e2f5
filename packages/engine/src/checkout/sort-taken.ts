import { constants, type Stats } from 'node:fs';
import { access, lstat, readdir } from 'node:fs/promises';
import { decodePath } from '#checkout/paths.ts';
import { leadsOut } from '#checkout/leads-out.ts';
import { abortReason } from '#checkout/run-git.ts';

export interface RefusedPath {
  readonly path: string;
  /** Half a sentence: `is larger than 5 MB`. */
  readonly why: string;
}

export interface Taken {
  readonly present: Buffer[];
  readonly gone: Buffer[];
  readonly refused: RefusedPath[];
}

const mostFileBytes = 5 * 1024 * 1024;
const mostBytes = 100 * 1024 * 1024;
const slash = 0x2f;

/**
 * Looks at every path that git lists as changed, gone or new, and says which are taken. Keys of `submodules` are paths as latin1, so that bytes that
 * are not UTF-8 stay what they are.
 */
export async function sortTaken(
  folder: string,
  listed: readonly Buffer[],
  submodules: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Taken> {
  const taken: Taken = { present: [], gone: [], refused: [] };
  const refuse = (path: Buffer, why: string) => taken.refused.push({ path: decodePath(path), why });
  let bytes = 0;
  const isFolder = folderCheck(folder);
  for (const path of withoutRepeats(listed)) {
    if (signal.aborted) throw abortReason(signal);
    if (submodules.has(path.toString('latin1'))) continue;
    const entry = (await isFolder(path)) ? await lstat(placeOf(folder, path)).catch(() => null) : null;
    // Its parent became a file or a link, or it is not there: gone either way, unless its name cannot be one.
    const why = entry === null ? null : await whyNot(folder, path, entry);
    if (entry === null) taken.gone.push(path);
    else if (why !== null) refuse(path, why);
    else if (bytes + entry.size > mostBytes) refuse(path, 'makes the change larger than 100 MB');
    else {
      bytes += entry.size;
      taken.present.push(path);
    }
  }
  for (const path of submodules) {
    const at = Buffer.from(path, 'latin1');
    if (await isTouched(folder, at)) refuse(at, 'is a submodule, and those are not changed');
  }
  return taken;
}

async function whyNot(folder: string, path: Buffer, entry: Stats): Promise<string | null> {
  if (path.at(-1) === slash || entry.isDirectory()) return 'is a repository of its own';
  const text = path.toString('utf8');
  if (!Buffer.from(text, 'utf8').equals(path)) return 'has a name that is not UTF-8';
  const parts = text.split('/').map((part) => part.toLowerCase());
  if (parts.includes('.git')) return 'has a name that git keeps for itself';
  if (entry.isSymbolicLink()) {
    if (parts.at(-1) === '.gitmodules') return 'has a name that git keeps for itself';
    return (await leadsOut(folder, path)) ? 'is a link that leads out of the repository' : null;
  }
  if (!entry.isFile()) return 'is a pipe, a socket or a device';
  if (entry.size > mostFileBytes) return 'is larger than 5 MB';
  const isReadable = await access(placeOf(folder, path), constants.R_OK).then(
    () => true,
    () => false,
  );
  return isReadable ? null : 'may not be read';
}

/** Whether anything but an empty folder, or nothing, stands where a submodule belongs. */
async function isTouched(folder: string, path: Buffer): Promise<boolean> {
  const place = placeOf(folder, path);
  const entry = await lstat(place).catch(() => null);
  if (entry === null) return false;
  return !entry.isDirectory() || (await readdir(place)).length > 0;
}

/** Whether every folder above a path is a real one: below a link nothing is the repository's. */
function folderCheck(folder: string): (path: Buffer) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>();
  const check = (path: Buffer): Promise<boolean> => {
    const end = path.lastIndexOf(slash, -2);
    if (end === -1) return Promise.resolve(true);
    const parent = path.subarray(0, end);
    const key = parent.toString('latin1');
    const answer = known.get(key) ?? isReal(parent);
    known.set(key, answer);
    return answer;
  };
  const isReal = async (parent: Buffer): Promise<boolean> => {
    if (!(await check(parent))) return false;
    return (await lstat(placeOf(folder, parent)).catch(() => null))?.isDirectory() === true;
  };
  return check;
}

function placeOf(folder: string, path: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), path]);
}

function withoutRepeats(paths: readonly Buffer[]): Buffer[] {
  return [...new Map(paths.map((path) => [path.toString('latin1'), path])).values()];
}
