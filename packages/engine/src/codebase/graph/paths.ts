import { posix } from 'node:path';

/** The files of a snapshot as a resolver sees them. */
export interface FileIndex {
  has(path: string): boolean;
  hasDirectory(directory: string): boolean;
  /** Files directly in a directory; the root is the empty string. */
  filesIn(directory: string): readonly string[];
  /** Files whose path ends with these whole segments, such as `net/socket.h`. */
  endingWith(suffix: string): readonly string[];
}

export function indexFiles(paths: readonly string[]): FileIndex {
  const files = new Set(paths);
  const byDirectory = Map.groupBy(paths, directoryOf);
  const byName = Map.groupBy(paths, baseOf);
  const directories = new Set<string>(['']);
  for (const directory of byDirectory.keys()) {
    for (let at = directory; at !== '' && !directories.has(at); at = directoryOf(at)) directories.add(at);
  }
  return {
    has: (path) => files.has(path),
    hasDirectory: (directory) => directories.has(directory),
    filesIn: (directory) => byDirectory.get(directory) ?? [],
    endingWith: (suffix) =>
      (byName.get(baseOf(suffix)) ?? []).filter((path) => path === suffix || path.endsWith(`/${suffix}`)),
  };
}

/** The directory of a path; of a file at the root, the empty string. */
export function directoryOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Joins and normalises; null when the result leaves the tree. */
export function joinPath(directory: string, relative: string): string | null {
  const joined = posix.normalize(posix.join(directory, relative)).replace(/\/$/, '');
  if (joined === '..' || joined.startsWith('../') || joined.startsWith('/')) return null;
  return joined === '.' ? '' : joined;
}

/** A directory and all above it, nearest first, the root last. */
export function upwards(directory: string): string[] {
  const all: string[] = [];
  for (let at = directory; at !== ''; at = directoryOf(at)) all.push(at);
  return [...all, ''];
}

/** Of several candidates the one that shares most leading directories with `from`; then the shortest. */
export function nearest(candidates: readonly string[], from: string): string | undefined {
  const shared = (path: string) => {
    const [a, b] = [path.split('/'), from.split('/')];
    const differing = a.findIndex((part, index) => part !== b[index]);
    return differing === -1 ? a.length : differing;
  };
  return candidates.toSorted((a, b) => shared(b) - shared(a) || a.length - b.length || (a < b ? -1 : 1))[0];
}
