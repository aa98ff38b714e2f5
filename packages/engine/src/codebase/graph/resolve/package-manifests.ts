import { parse } from 'jsonc-parser';
import { baseOf, directoryOf } from '#codebase/graph/paths.ts';
import { isRecord, stringOf } from '#codebase/graph/resolve/untrusted.ts';

/** What a `package.json` says about where its files are. */
export interface Manifest {
  readonly directory: string;
  readonly name: string | null;
  readonly exports: unknown;
  readonly imports: unknown;
  /** Entry files outside `exports`, best first. */
  readonly mains: readonly string[];
}

/** By directory. */
export function readManifests(configs: ReadonlyMap<string, string>): Map<string, Manifest> {
  const manifests = new Map<string, Manifest>();
  for (const [path, text] of configs) {
    const json: unknown = baseOf(path) === 'package.json' ? parse(text) : null;
    if (!isRecord(json)) continue;
    const directory = directoryOf(path);
    const mains = ['source', 'types', 'module', 'main'].flatMap((key) => stringOf(json[key]) ?? []);
    manifests.set(directory, {
      directory,
      name: stringOf(json['name']),
      exports: json['exports'],
      imports: json['imports'],
      mains: [...mains, './src/index', './index'],
    });
  }
  return manifests;
}

/** The files that an `exports` or `imports` field names for a subpath, in the order of its conditions. */
export function targetsOf(field: unknown, subpath: string): string[] {
  if (!isRecord(field) || !Object.keys(field).some((key) => key.startsWith('.') || key.startsWith('#'))) {
    return subpath === '.' ? leavesOf(field, '') : [];
  }
  const exact = field[subpath];
  if (exact !== undefined) return leavesOf(exact, '');
  const patterns = Object.keys(field)
    .filter((key) => key.includes('*'))
    .toSorted((a, b) => b.length - a.length);
  for (const pattern of patterns) {
    const star = matchPattern(pattern, subpath);
    if (star !== null) return leavesOf(field[pattern], star);
  }
  return [];
}

/** What the `*` of a pattern stands for; the empty string without one; null when it does not match. */
export function matchPattern(pattern: string, text: string): string | null {
  const star = pattern.indexOf('*');
  if (star === -1) return pattern === text ? '' : null;
  const [head, tail] = [pattern.slice(0, star), pattern.slice(star + 1)];
  const fits = text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail);
  return fits ? text.slice(head.length, text.length - tail.length) : null;
}

function leavesOf(value: unknown, star: string): string[] {
  if (typeof value === 'string') return [value.replaceAll('*', star)];
  if (Array.isArray(value)) return value.flatMap((item) => leavesOf(item, star));
  return isRecord(value) ? Object.values(value).flatMap((item) => leavesOf(item, star)) : [];
}
