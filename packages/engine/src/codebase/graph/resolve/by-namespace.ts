import { parse } from 'jsonc-parser';
import { baseOf, directoryOf, joinPath } from '#codebase/graph/paths.ts';
import { type Resolve, type ResolveContext, external, internal, unresolved } from '#codebase/graph/resolve/types.ts';
import { isRecord, stringsOf } from '#codebase/graph/resolve/untrusted.ts';

// A namespace that half of the tree declares says little about which file is meant.
const mostFiles = 60;

/** Java: a type by its package and file name, a wildcard by its package; members and nested types by the type around them. */
export function createJavaResolver({ namespaces }: ResolveContext): Resolve {
  const types = typesOf(namespaces, '.');
  return (_from, { specifier, names }) => {
    if (specifier.endsWith('.*')) {
      const name = specifier.slice(0, -2);
      const paths = namespaces.get(name) ?? types.get(name)?.slice(0, 1) ?? [];
      return paths.length > 0 ? internal(...usedOf(paths, names)) : external(packageOfJava(name));
    }
    for (let name = specifier; name.includes('.'); name = name.slice(0, name.lastIndexOf('.'))) {
      const paths = types.get(name);
      if (paths !== undefined) return internal(...paths);
    }
    return external(packageOfJava(specifier.slice(0, specifier.lastIndexOf('.'))));
  };
}

/** Of a namespace's files those whose types are named; all, as far as that says anything, when none of them is. */
function usedOf(paths: readonly string[], names: readonly string[]): readonly string[] {
  const wanted = new Set(names);
  const used = paths.filter((path) => wanted.has(baseOf(path).replace(/\.\w+$/, '')));
  return used.length > 0 ? used : paths.slice(0, mostFiles);
}

function packageOfJava(name: string): string {
  const segments = name.split('.').filter((segment) => /^[a-z_]/.test(segment));
  return segments.slice(0, /^javax?$/.test(segments[0] ?? '') ? 2 : 3).join('.') || name;
}

/** C#: the files that declare the namespace; of `using static` and aliases the namespace around the type. */
export function createCsharpResolver({ namespaces }: ResolveContext): Resolve {
  const types = typesOf(namespaces, '.');
  return (from, { specifier, names }) => {
    const type = types.get(specifier);
    if (type !== undefined) return internal(...type);
    const paths = (namespaces.get(specifier) ?? []).filter((path) => path !== from);
    if (paths.length > 0) return internal(...usedOf(paths, names));
    return external(
      specifier
        .split('.')
        .slice(0, specifier.startsWith('System') ? 1 : 2)
        .join('.'),
    );
  };
}

/** PHP: classes by the PSR-4 roots of `composer.json` or by the namespace that files declare; includes by path. */
export function createPhpResolver({ files, configs, namespaces }: ResolveContext): Resolve {
  const roots = [...configs]
    .filter(([path]) => baseOf(path) === 'composer.json')
    .flatMap(([path, text]) => psr4Of(directoryOf(path), text));
  const types = typesOf(namespaces, '\\');
  return (from, { specifier, names }) => {
    if (names.includes('include')) {
      const path = [joinPath(directoryOf(from), `./${specifier}`), joinPath('', `./${specifier}`)].find(
        (candidate) => candidate !== null && files.has(candidate),
      );
      return path === undefined || path === null ? unresolved : internal(path);
    }
    for (const { prefix, directory } of roots) {
      if (!specifier.startsWith(prefix)) continue;
      const path = joinPath(directory, `${specifier.slice(prefix.length).replaceAll('\\', '/')}.php`);
      if (path !== null && files.has(path)) return internal(path);
    }
    const type = types.get(specifier) ?? types.get(specifier.slice(0, Math.max(0, specifier.lastIndexOf('\\'))));
    if (type !== undefined) return internal(...type);
    return external(specifier.split('\\').slice(0, 2).join('\\'));
  };
}

function psr4Of(directory: string, text: string): { prefix: string; directory: string }[] {
  const json: unknown = parse(text);
  const sections = isRecord(json) ? [json['autoload'], json['autoload-dev']] : [];
  return sections
    .flatMap((section) => (isRecord(section) && isRecord(section['psr-4']) ? Object.entries(section['psr-4']) : []))
    .flatMap(([prefix, targets]) =>
      stringsOf(targets).flatMap((target) => ({ prefix, directory: joinPath(directory, `./${target}`) ?? '' })),
    )
    .toSorted((a, b) => b.prefix.length - a.prefix.length);
}

/** Files by the full name of the type that they are named after. */
function typesOf(namespaces: ReadonlyMap<string, readonly string[]>, separator: string): Map<string, string[]> {
  const types = new Map<string, string[]>();
  for (const [namespace, paths] of namespaces) {
    for (const path of paths) {
      const name = `${namespace}${separator}${baseOf(path).replace(/\.\w+$/, '')}`;
      types.set(name, [...(types.get(name) ?? []), path]);
    }
  }
  return types;
}
