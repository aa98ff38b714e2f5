import { wholeOf } from '../terms/words.ts';
import type { IndexedFile, NameTable } from './rank-index.ts';

export function nameTableOf(files: readonly IndexedFile[]): NameTable {
  const bases = files.map(({ path }) => baseOf(path));
  const directory = files.map(({ path }) => path.slice(0, Math.max(0, path.lastIndexOf('/'))));
  const byModule = new Map<string, number[]>();
  files.forEach(({ path }, file) => {
    const key = modulePathOf(path).at(-1)?.toLowerCase() ?? '';
    const known = byModule.get(key);
    if (known === undefined) byModule.set(key, [file]);
    else known.push(file);
  });
  return {
    base: bases.map(wholeOf),
    tested: bases.map(testedName),
    directory: numbered(directory),
    parent: directory.map((path) => wholeOf(path.slice(path.lastIndexOf('/') + 1))),
    byModule,
  };
}

/** Equal texts get equal numbers, from 0 in the order they come. */
function numbered(texts: readonly string[]): Uint32Array {
  const numbers = new Map<string, number>();
  return Uint32Array.from(texts, (text) => {
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    return number;
  });
}

/** The segments of a path with the file's name as a module: without its extension, and `pkg/__init__.py` as `pkg`. */
export function modulePathOf(path: string): string[] {
  const segments = path.split('/');
  const name = segments.pop() ?? '';
  const dot = name.lastIndexOf('.');
  const base = dot > 0 ? name.slice(0, dot) : name;
  return base === '__init__' && segments.length > 0 ? segments : [...segments, base];
}

function baseOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.indexOf('.', 1);
  return dot < 0 ? name : name.slice(0, dot);
}

function testedName(base: string): string {
  return wholeOf(
    base.replaceAll(/^(?:tests?|spec)[_-]|[_-](?:tests?|spec)$|^Test(?=[A-Z])|(?:Tests?|Spec|IT|TestCase)$/g, ''),
  );
}
