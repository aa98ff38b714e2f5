import { parse } from 'jsonc-parser';
import { directoryOf, joinPath, upwards } from '#codebase/graph/paths.ts';
import { isRecord, stringOf, stringsOf } from '#codebase/graph/resolve/untrusted.ts';

/** How a tsconfig maps specifiers; all paths are from the root of the tree. */
export interface PathMapping {
  readonly baseUrl: string | null;
  /** Pattern and targets, most exact pattern first. */
  readonly paths: readonly (readonly [string, readonly string[]])[];
}

const deepestExtends = 10;

/** The mapping that holds for a file: of the nearest `tsconfig.json` or `jsconfig.json`, or of the projects that it refers to. */
export function readPathMappings(
  configs: ReadonlyMap<string, string>,
  find: (path: string) => string | null,
): { of(from: string): PathMapping | null } {
  const byDirectory = new Map<string, PathMapping | null>();
  const readOne = (path: string, depth: number): PathMapping | null => {
    const text = configs.get(path);
    const json: unknown = text === undefined ? null : parse(text, [], { allowTrailingComma: true });
    if (!isRecord(json) || depth > deepestExtends) return null;
    const directory = directoryOf(path);
    const parents = stringsOf(json['extends']).flatMap((parent) => {
      const target = parent.startsWith('.') ? joinPath(directory, parent) : joinPath('node_modules', parent);
      const file = target === null ? null : (configFile(configs, target) ?? find(target));
      return (file === null ? null : readOne(file, depth + 1)) ?? [];
    });
    const own = ownMapping(json['compilerOptions'], directory);
    const inherited = parents.at(-1);
    const mapping: PathMapping = {
      baseUrl: own.baseUrl ?? inherited?.baseUrl ?? null,
      paths: own.paths.length > 0 ? own.paths : (inherited?.paths ?? []),
    };
    if (mapping.paths.length > 0 || mapping.baseUrl !== null) return mapping;
    const references = Array.isArray(json['references']) ? json['references'] : [];
    for (const reference of references) {
      const target = isRecord(reference) ? joinPath(directory, stringOf(reference['path']) ?? '') : null;
      const file = target === null ? null : configFile(configs, target);
      const referred = file === null || file === path ? null : readOne(file, depth + 1);
      if (referred !== null && referred.paths.length > 0) return referred;
    }
    return mapping;
  };
  const ofDirectory = (directory: string): PathMapping | null => {
    const known = byDirectory.get(directory);
    if (known !== undefined) return known;
    const near = upwards(directory).flatMap((at) => configFile(configs, at === '' ? '.' : at) ?? [])[0];
    const mapping = near === undefined ? null : readOne(near, 0);
    byDirectory.set(directory, mapping);
    return mapping;
  };
  return { of: (from) => ofDirectory(directoryOf(from)) };
}

/** A config by its path, its path without ending, or its directory. */
function configFile(configs: ReadonlyMap<string, string>, path: string): string | null {
  const at = path === '.' || path === '' ? '' : `${path}/`;
  const candidates = [path, `${path}.json`, `${at}tsconfig.json`, `${at}jsconfig.json`];
  return candidates.find((candidate) => configs.has(candidate)) ?? null;
}

function ownMapping(options: unknown, directory: string): PathMapping {
  if (!isRecord(options)) return { baseUrl: null, paths: [] };
  const written = stringOf(options['baseUrl']);
  const baseUrl = written === null ? null : joinPath(directory, written);
  const paths = isRecord(options['paths']) ? Object.entries(options['paths']) : [];
  return {
    baseUrl,
    paths: paths
      .map(
        ([pattern, targets]) =>
          [pattern, stringsOf(targets).flatMap((target) => joinPath(baseUrl ?? directory, target) ?? [])] as const,
      )
      .toSorted(([a], [b]) => b.replace(/\*.*/, '').length - a.replace(/\*.*/, '').length),
  };
}
