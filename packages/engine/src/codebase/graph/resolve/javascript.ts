import { isBuiltin } from 'node:module';
import { type FileIndex, directoryOf, joinPath, upwards } from '#codebase/graph/paths.ts';
import { type Manifest, matchPattern, readManifests, targetsOf } from '#codebase/graph/resolve/package-manifests.ts';
import { type PathMapping, readPathMappings } from '#codebase/graph/resolve/tsconfig.ts';
import {
  type Resolution,
  type Resolve,
  type ResolveContext,
  external,
  internal,
  unresolved,
} from '#codebase/graph/resolve/types.ts';

const endings = [
  '.ts',
  '.tsx',
  '.d.ts',
  '.mts',
  '.cts',
  '.js',
  '.jsx',
  '.mjs',
  '.cjs',
  '.json',
  '.vue',
  '.svelte',
  '.astro',
];
const swaps: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.d.ts', '.jsx'],
  '.jsx': ['.tsx', '.jsx'],
  '.mjs': ['.mts', '.d.mts'],
  '.cjs': ['.cts', '.d.cts'],
};

/** TypeScript and JavaScript: relative files, `#` subpaths, tsconfig paths, workspace packages, then npm packages. */
export function createJavascriptResolver({ files, configs }: ResolveContext): Resolve {
  const manifests = readManifests(configs);
  const mappings = readPathMappings(
    configs,
    (path) => findFile(files, path) ?? (files.has(`${path}.json`) ? `${path}.json` : null),
  );
  const find = (path: string | null) => (path === null ? null : findModule(files, manifests, path));

  return (from, { specifier }) => {
    const wanted = specifier.replace(/[?#].*$/, (query) => (specifier.startsWith('#') ? query : ''));
    if (/^\.{1,2}(?:\/|$)/.test(wanted)) return found(find(joinPath(directoryOf(from), wanted)));
    if (wanted.startsWith('#')) return found(findSubpath(manifests, from, wanted, find));
    if (wanted.startsWith('/')) return found(find(wanted.slice(1)) ?? find(`public${wanted}`));
    if (/^[a-z]+:/.test(wanted) && !wanted.startsWith('workspace:')) return external(wanted);
    const mapped = findMapped(mappings.of(from), wanted, find);
    if (mapped !== null) return internal(mapped);
    const inWorkspace = findWorkspace(manifests, wanted, find);
    if (inWorkspace !== undefined) return found(inWorkspace);
    if (isBuiltin(wanted)) return external(`node:${wanted.split('/')[0] ?? wanted}`);
    const name = packageOf(wanted);
    return name === null ? unresolved : external(name);
  };
}

function found(path: string | null): Resolution {
  return path === null ? unresolved : internal(path);
}

/** A file by its path without ending, with the ending of what it compiles to, or as the index of a directory. */
function findFile(files: FileIndex, path: string): string | null {
  if (path !== '' && files.has(path)) return path;
  const ending = /\.[cm]?jsx?$/.exec(path)?.[0] ?? '';
  const stem = ending === '' ? path : path.slice(0, -ending.length);
  for (const swap of swaps[ending] ?? []) if (files.has(stem + swap)) return stem + swap;
  for (const added of endings) if (path !== '' && files.has(path + added)) return path + added;
  const index = path === '' ? 'index' : `${path}/index`;
  for (const added of endings) if (files.has(index + added)) return index + added;
  return null;
}

function findModule(files: FileIndex, manifests: ReadonlyMap<string, Manifest>, path: string): string | null {
  const file = findFile(files, path);
  const manifest = file === null ? manifests.get(path) : undefined;
  if (manifest === undefined) return file ?? findSource(files, path);
  return findEntry(manifest, '.', (target) =>
    target === null ? null : (findFile(files, target) ?? findSource(files, target)),
  );
}

/** Manifests name what is built; the tree holds what it is built from. */
function findSource(files: FileIndex, path: string): string | null {
  const match = /^((?:.*\/)?)(?:dist|lib|build|out|esm|cjs)\/(?:(?:esm|cjs|src|types)\/)?(.*)$/.exec(path);
  if (match === null) return null;
  const rest = (match[2] ?? '').replace(/\.d\.([cm]?)ts$/, '.$1js');
  return findFile(files, `${match[1] ?? ''}src/${rest}`) ?? findFile(files, `${match[1] ?? ''}${rest}`);
}

type Find = (path: string | null) => string | null;

function findSubpath(
  manifests: ReadonlyMap<string, Manifest>,
  from: string,
  wanted: string,
  find: Find,
): string | null {
  for (const directory of upwards(directoryOf(from))) {
    const manifest = manifests.get(directory);
    if (manifest === undefined) continue;
    for (const target of targetsOf(manifest.imports, wanted)) {
      const path = find(joinPath(directory, target));
      if (path !== null) return path;
    }
    return null;
  }
  return null;
}

function findMapped(mapping: PathMapping | null, wanted: string, find: Find): string | null {
  if (mapping === null) return null;
  for (const [pattern, targets] of mapping.paths) {
    const star = matchPattern(pattern, wanted);
    if (star === null) continue;
    for (const target of targets) {
      const path = find(joinPath('', target.replace('*', star)));
      if (path !== null) return path;
    }
  }
  return mapping.baseUrl === null ? null : find(joinPath(mapping.baseUrl, wanted));
}

/** Undefined when no package of the tree has the name; null when it has, but not this file. */
function findWorkspace(
  manifests: ReadonlyMap<string, Manifest>,
  wanted: string,
  find: Find,
): string | null | undefined {
  const name = packageOf(wanted);
  const manifest = [...manifests.values()].find((candidate) => candidate.name === name && name !== null);
  if (manifest === undefined || name === null) return undefined;
  const rest = wanted.slice(name.length);
  return (
    findEntry(manifest, `.${rest}`, find) ??
    find(joinPath(manifest.directory, `.${rest}`)) ??
    find(joinPath(manifest.directory, `src${rest}`))
  );
}

function findEntry(manifest: Manifest, subpath: string, find: Find): string | null {
  const targets = [...targetsOf(manifest.exports, subpath), ...(subpath === '.' ? manifest.mains : [])];
  for (const target of targets) {
    const path = find(joinPath(manifest.directory, target));
    if (path !== null) return path;
  }
  return null;
}

/** `@scope/name/x` is `@scope/name`. */
function packageOf(specifier: string): string | null {
  return /^(@[\w.~-]+\/[\w.~-]+|[\w~-][\w.~-]*)/.exec(specifier)?.[1] ?? null;
}
