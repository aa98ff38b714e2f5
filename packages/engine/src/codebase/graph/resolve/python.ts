import { type FileIndex, baseOf, directoryOf, joinPath, upwards } from '#codebase/graph/paths.ts';
import { type Resolve, type ResolveContext, external, internal, unresolved } from '#codebase/graph/resolve/types.ts';

/** Python: relative by dots; absolute from the file's package root, project and `src` roots and the directories above the file. */
export function createPythonResolver({ files, configs }: ResolveContext): Resolve {
  const projects = [...configs.keys()]
    .filter((path) => /^(?:pyproject\.toml|setup\.py|setup\.cfg)$/.test(baseOf(path)))
    .map(directoryOf);
  const roots = ['', ...projects].flatMap((root) => [
    root,
    under(root, 'src'),
    under(root, 'lib'),
    under(root, 'python'),
  ]);
  const known = [...new Set(roots)].filter((root) => files.hasDirectory(root));

  return (from, { specifier, names }) => {
    const dots = /^\.*/.exec(specifier)?.[0].length ?? 0;
    const segments = specifier
      .slice(dots)
      .split('.')
      .filter((part) => part !== '');
    if (dots > 0) {
      const base = joinPath(directoryOf(from), '../'.repeat(dots - 1));
      const paths = base === null ? [] : findModule(files, base, segments, names);
      return paths.length === 0 ? unresolved : internal(...paths);
    }
    const searched = new Set([packageRoot(files, from), ...known, ...upwards(directoryOf(from))]);
    for (const root of searched) {
      // A file never imports itself by a name that an installed package has too.
      const paths = findModule(files, root, segments, names).filter((path) => path !== from);
      if (paths.length > 0) return internal(...paths);
    }
    const top = segments[0];
    return top === undefined ? unresolved : external(top);
  };
}

/** The files that `from a.b import c, d` means: submodules where there are any, and the module itself. */
function findModule(files: FileIndex, root: string, segments: readonly string[], names: readonly string[]): string[] {
  const base = segments.reduce((at, segment) => under(at, segment), root);
  const self = segments.length === 0 ? initOf(files, root) : (moduleAt(files, base) ?? null);
  const submodules = names.flatMap((name) => moduleAt(files, under(base, name)) ?? []);
  if (submodules.length > 0)
    return submodules.length < names.length && self !== null ? [...new Set([self, ...submodules])] : submodules;
  if (self !== null) return [self];
  // `import a.b.C`: the longest part that is a module, if it is more than a directory of that name.
  if (segments.length < 2 || names.length > 0) return [];
  return findModule(files, root, segments.slice(0, -1), []);
}

function moduleAt(files: FileIndex, path: string): string | null {
  for (const ending of ['.py', '.pyi', '.pyx']) if (files.has(path + ending)) return path + ending;
  return initOf(files, path);
}

function initOf(files: FileIndex, directory: string): string | null {
  const candidates = [under(directory, '__init__.py'), under(directory, '__init__.pyi')];
  return candidates.find((path) => files.has(path)) ?? null;
}

/** The directory above the outermost package that holds the file. */
function packageRoot(files: FileIndex, from: string): string {
  let directory = directoryOf(from);
  while (directory !== '' && files.has(`${directory}/__init__.py`)) directory = directoryOf(directory);
  return directory;
}

function under(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}
