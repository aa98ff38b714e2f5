import { type FileIndex, baseOf, directoryOf, joinPath, upwards } from '#codebase/graph/paths.ts';
import { type Resolve, type ResolveContext, external, internal, unresolved } from '#codebase/graph/resolve/types.ts';

interface GoModule {
  readonly path: string;
  readonly directory: string;
  readonly requires: readonly string[];
  /** Module path and local directory. */
  readonly replaced: readonly (readonly [string, string])[];
}

/** Go: packages of the tree's own modules, of local replacements and of `vendor`; an import means all files of its package. */
export function createGoResolver({ files, configs }: ResolveContext): Resolve {
  const modules = [...configs]
    .filter(([path]) => baseOf(path) === 'go.mod')
    .map(([path, text]) => readModule(directoryOf(path), text));
  return (from, { specifier }) => {
    const own = moduleOf(modules, from);
    const local = [...(own?.replaced ?? []), ...modules.map(({ path, directory }) => [path, directory] as const)];
    const candidates = local
      .filter(([path]) => specifier === path || specifier.startsWith(`${path}/`))
      .toSorted(([a], [b]) => b.length - a.length)
      .flatMap(([path, directory]) => joinPath(directory, `./${specifier.slice(path.length)}`) ?? []);
    const vendored = upwards(directoryOf(from)).map((directory) => joinPath(directory, `vendor/${specifier}`) ?? '');
    for (const directory of [...candidates, ...vendored]) {
      const paths = packageFiles(files, directory);
      if (paths.length > 0) return internal(...paths);
    }
    if (candidates.length > 0) return unresolved;
    return external(packageOf(specifier, own));
  };
}

function packageFiles(files: FileIndex, directory: string): string[] {
  return files.filesIn(directory).filter((path) => path.endsWith('.go') && !path.endsWith('_test.go'));
}

function moduleOf(modules: readonly GoModule[], from: string): GoModule | undefined {
  return modules
    .filter(({ directory }) => directory === '' || from.startsWith(`${directory}/`))
    .toSorted((a, b) => b.directory.length - a.directory.length)[0];
}

function readModule(directory: string, text: string): GoModule {
  const lines = text.split('\n').map((line) => line.replace(/\/\/.*$/, '').trim());
  return {
    directory,
    path: lines.flatMap((line) => /^module\s+"?([^\s"]+)/.exec(line)?.[1] ?? [])[0] ?? '\0',
    requires: lines.flatMap((line) => /^(?:require\s+)?([\w.~-]+\.[\w./~-]+)\s+v\d/.exec(line)?.[1] ?? []),
    replaced: lines.flatMap((line) => {
      const match = /^(?:replace\s+)?(\S+)(?:\s+v\S+)?\s+=>\s+(\.{1,2}\S*)/.exec(line);
      const target = joinPath(directory, match?.[2] ?? '');
      return match?.[1] === undefined || target === null ? [] : [[match[1], target] as const];
    }),
  };
}

/** The required module it belongs to; the standard library by its package. */
function packageOf(specifier: string, own: GoModule | undefined): string {
  const required = own?.requires
    .filter((path) => specifier === path || specifier.startsWith(`${path}/`))
    .toSorted((a, b) => b.length - a.length)[0];
  if (required !== undefined) return required;
  const segments = specifier.split('/');
  return segments[0]?.includes('.') === true ? segments.slice(0, 3).join('/') : specifier;
}
