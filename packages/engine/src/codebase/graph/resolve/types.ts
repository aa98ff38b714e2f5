import type { Import } from '#codebase/facts.ts';
import type { FileIndex } from '#codebase/graph/paths.ts';

/** What an import means: files of the tree, an external package, or neither, when it is unresolved. */
export interface Resolution {
  readonly paths: readonly string[];
  readonly package: string | null;
}

export type Resolve = (from: string, wanted: Import) => Resolution;

/** What resolvers may look at; all of it is in memory. */
export interface ResolveContext {
  readonly files: FileIndex;
  /** The texts of configuration files, such as `package.json`, by path. */
  readonly configs: ReadonlyMap<string, string>;
  /** Files by the namespace or package that they declare. */
  readonly namespaces: ReadonlyMap<string, readonly string[]>;
}

export const unresolved: Resolution = { paths: [], package: null };

export function external(name: string): Resolution {
  return { paths: [], package: name };
}

export function internal(...paths: readonly string[]): Resolution {
  return { paths, package: null };
}
