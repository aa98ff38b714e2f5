import { parse } from 'smol-toml';
import { type FileIndex, baseOf, directoryOf, joinPath, upwards } from '#codebase/graph/paths.ts';
import {
  type Resolution,
  type Resolve,
  type ResolveContext,
  external,
  internal,
  unresolved,
} from '#codebase/graph/resolve/types.ts';
import { isRecord, stringOf } from '#codebase/graph/resolve/untrusted.ts';

interface Crate {
  /** As code writes it, with underscores. */
  readonly name: string;
  readonly directory: string;
  /** What other crates see. */
  readonly root: string | null;
  /** The root files of the library, the programs, tests, examples and benches, the library first. */
  readonly roots: readonly string[];
}

/** Rust: `mod`, `crate`, `self`, `super`, the crates of the workspace, then external crates. */
export function createRustResolver({ files, configs }: ResolveContext): Resolve {
  const crates = [...configs]
    .filter(([path]) => baseOf(path) === 'Cargo.toml')
    .flatMap(([path, text]) => readCrate(files, directoryOf(path), text));
  const byDirectory = new Map(crates.map((crate) => [crate.directory, crate]));
  return (from, { specifier }) => {
    if (specifier.startsWith('mod '))
      return found(moduleAt(files, join(moduleDirectory(files, from), specifier.slice(4))));
    const [first = '', ...rest] = specifier.split('::').filter((part) => part !== '*');
    if (first === 'crate') return inCrate(files, rootOf(from, byDirectory), rest);
    if (first === 'self' && rest[0] === 'super') return inParent(files, from, rest.slice(1));
    // Otherwise an item of the file itself.
    if (first === 'self') return internal(walk(files, moduleDirectory(files, from), rest) ?? from);
    if (first === 'super') return inParent(files, from, rest);
    const child = moduleAt(files, join(moduleDirectory(files, from), first));
    if (child !== null) return found(walk(files, moduleDirectory(files, from), [first, ...rest]));
    const other = crates.find(({ name }) => name === first);
    if (other !== undefined) return inCrate(files, other.root, rest);
    return first === '' ? unresolved : external(first);
  };
}

function found(path: string | null): Resolution {
  return path === null ? unresolved : internal(path);
}

/** An item without a file of its own is defined in the crate's root. */
function inCrate(files: FileIndex, root: string | null, segments: readonly string[]): Resolution {
  if (root === null) return unresolved;
  return internal(walk(files, directoryOf(root), segments) ?? root);
}

function inParent(files: FileIndex, from: string, segments: readonly string[]): Resolution {
  const ups = segments.findIndex((segment) => segment !== 'super');
  const count = ups === -1 ? segments.length : ups;
  // The first `super` of a file that is no directory's module leads to the directory it stands in.
  const directory = joinPath(moduleDirectory(files, from), '../'.repeat(count + 1));
  if (directory === null) return unresolved;
  const own = [join(directory, 'mod.rs'), `${directory}.rs`, join(directory, 'lib.rs'), join(directory, 'main.rs')];
  return found(
    walk(files, directory, segments.slice(count)) ?? own.find((path) => files.has(path) && path !== from) ?? null,
  );
}

/** The deepest module that the segments lead to; what follows are items of it. */
function walk(files: FileIndex, directory: string, segments: readonly string[]): string | null {
  for (let length = segments.length; length > 0; length -= 1) {
    const path = moduleAt(files, segments.slice(0, length).reduce(join, directory));
    if (path !== null) return path;
  }
  return null;
}

function moduleAt(files: FileIndex, path: string): string | null {
  return [`${path}.rs`, `${path}/mod.rs`].find((candidate) => files.has(candidate)) ?? null;
}

/** Where the submodules of a file are. */
function moduleDirectory(files: FileIndex, from: string): string {
  const name = baseOf(from);
  const isRoot =
    ['mod.rs', 'lib.rs', 'main.rs'].includes(name) || /(?:^|\/)(?:tests|examples|benches|bin)\/[^/]+$/.test(from);
  const own = from.slice(0, -'.rs'.length);
  return isRoot && !files.hasDirectory(own) ? directoryOf(from) : name === 'mod.rs' ? directoryOf(from) : own;
}

/** The root of the crate that a file is part of: the deepest one beside or above it. */
function rootOf(from: string, crates: ReadonlyMap<string, Crate>): string | null {
  const crate = upwards(directoryOf(from)).flatMap((directory) => crates.get(directory) ?? [])[0];
  if (crate === undefined) return null;
  const above = crate.roots.filter((root) => from === root || directoryOf(from).startsWith(directoryOf(root)));
  const deepest = above.toSorted((a, b) => directoryOf(b).length - directoryOf(a).length)[0];
  // Each file directly in `tests` or `examples` is a crate of its own.
  const isAlone =
    /(?:^|\/)(?:tests|examples|benches|bin)\/[^/]+$/.test(from) &&
    (deepest === undefined || directoryOf(deepest) !== directoryOf(from));
  return above.includes(from) || isAlone ? from : (deepest ?? crate.root);
}

function readCrate(files: FileIndex, directory: string, text: string): Crate[] {
  const toml = parseToml(text);
  const about = isRecord(toml['package']) ? toml['package'] : null;
  if (about === null) return [];
  const library = isRecord(toml['lib']) ? toml['lib'] : {};
  const name = stringOf(library['name']) ?? stringOf(about['name']) ?? '';
  const others = ['bin', 'test', 'example', 'bench'].flatMap((kind) => tablesOf(toml[kind]));
  const written = [
    stringOf(library['path']),
    'src/lib.rs',
    'src/main.rs',
    ...others.map((table) => stringOf(table['path'])),
  ];
  const roots = written
    .flatMap((path) => (path === null ? [] : [join(directory, path)]))
    .filter((path) => files.has(path));
  return [{ name: name.replaceAll('-', '_'), directory, root: roots[0] ?? null, roots: [...new Set(roots)] }];
}

function tablesOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function parseToml(text: string): Record<string, unknown> {
  try {
    return parse(text);
  } catch {
    // A broken manifest names no crate; its files stay in the graph.
    return {};
  }
}

function join(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}
