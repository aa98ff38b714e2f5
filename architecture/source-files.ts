import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

export interface Import {
  /** As written: `#kernel/ids.ts`, `./store.ts`, `@yudai/contract`, `zod`. */
  readonly specifier: string;
  /** A file of ours as a path from the root, when the specifier means one. */
  readonly target: string | null;
  readonly dynamic: boolean;
  readonly typeOnly: boolean;
}

export interface SourceFile {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

const unread = new Set(['node_modules', 'dist', '.git', '.cache', 'coverage', 'test-results', 'playwright-report']);
const textual = /\.(ts|tsx|mjs|js|json|md|css|html|sql|toml|ya?ml|sh|txt)$|(^|\/)(LICENSE|Dockerfile|\.[a-z]+rc|run)$/;
const importStatement =
  /(?:^|\n)\s*(?:import|export)\s+(type\s)?[^'"`;]*?\bfrom\s*['"]([^'"\n]+)['"]|(?:^|\n)\s*import\s*['"]([^'"\n]+)['"]|\bimport\(\s*['"]([^'"\n]+)['"]/g;

/** Every text file of the repository that people write. */
export function readRepository(root: string): SourceFile[] {
  return pathsBelow(root, '').map((path) => sourceFile(path, readFileSync(join(root, path), 'utf8')));
}

export function sourceFile(path: string, text: string): SourceFile {
  return { path, text, imports: /\.(tsx?|mjs)$/.test(path) ? importsOf(path, text) : [] };
}

function pathsBelow(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) return unread.has(entry.name) ? [] : pathsBelow(root, path);
    return entry.isFile() && textual.test(path) ? [path] : [];
  });
}

function importsOf(path: string, text: string): Import[] {
  return [...text.matchAll(importStatement)].map((match) => {
    const specifier = match[2] ?? match[3] ?? match[4] ?? '';
    return {
      specifier,
      target: resolve(path, specifier),
      dynamic: match[4] !== undefined,
      typeOnly: match[1] !== undefined,
    };
  });
}

function resolve(from: string, specifier: string): string | null {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier);
  const ownPackage = /^packages\/[^/]+\//.exec(from)?.[0];
  return specifier.startsWith('#') && ownPackage !== undefined ? `${ownPackage}src/${specifier.slice(1)}` : null;
}
