import { directoryOf, joinPath, nearest } from '#codebase/graph/paths.ts';
import { type Resolve, type ResolveContext, external, internal, unresolved } from '#codebase/graph/resolve/types.ts';

/** C and C++: beside the file, then by the end of a path, because include directories are known to the build only. */
export function createIncludeResolver({ files }: ResolveContext): Resolve {
  return (from, { specifier }) => {
    const name = specifier.slice(1, -1);
    const isQuoted = specifier.startsWith('"');
    const beside = isQuoted ? joinPath(directoryOf(from), name) : null;
    if (beside !== null && files.has(beside)) return internal(beside);
    const plain = name.replace(/^(?:\.\.?\/)+/, '');
    const path = nearest(files.endingWith(plain), from);
    if (path !== undefined) return internal(path);
    return isQuoted ? unresolved : external(name);
  };
}

/** Ruby: `require_relative` beside the file, `require` in any load path of the tree, then gems. */
export function createRubyResolver({ files }: ResolveContext): Resolve {
  return (from, { specifier, names }) => {
    const file = specifier.endsWith('.rb') ? specifier : `${specifier}.rb`;
    const isRelative = names.includes('relative') || specifier.startsWith('.');
    const beside = isRelative ? joinPath(directoryOf(from), file) : null;
    if (isRelative) return beside !== null && files.has(beside) ? internal(beside) : unresolved;
    const onLoadPath = files.endingWith(file).filter((path) => isLoadPath(path.slice(0, path.length - file.length)));
    const path = nearest(onLoadPath, from);
    return path === undefined ? external(specifier.split('/')[0] ?? specifier) : internal(path);
  };
}

function isLoadPath(directory: string): boolean {
  return directory === '' || /(?:^|\/)(?:lib|test|spec|ext|app\/\w+)\/$/.test(directory);
}
