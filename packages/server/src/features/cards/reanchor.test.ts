import type { CodeSymbol } from '@yudai/contract';
import { expect, test } from 'vitest';
import { type FileAnchor, type FileNow, findOnce, reanchor } from './reanchor.ts';

const text = 'import a\n\nfunction run() {\n  return 1\n}\n\nfunction stop() {}\n';
const run = 'function run() {\n  return 1\n}';
const anchor: FileAnchor = {
  kind: 'file',
  path: 'a.ts',
  blob: 'b1',
  commit: 'c1',
  startLine: 3,
  endLine: 5,
  symbol: null,
  whole: false,
};
const now = (changed: string | null, outline: CodeSymbol[] = []): FileNow => ({ blob: 'b2', text: changed, outline });
const symbol = (container: string, startLine: number): CodeSymbol => ({
  name: 'run',
  container,
  kind: 'function',
  path: 'a.ts',
  language: 'TypeScript',
  startLine,
  endLine: startLine + 3,
  signature: '',
  doc: null,
});

test.each<[string, FileAnchor, FileNow, ReturnType<typeof reanchor>['state'], [number, number] | null]>([
  ['the file changed elsewhere', anchor, now(`${text}// more\n`), 'current', [3, 5]],
  ['lines came before it', anchor, now(`// one\n// two\n${text}`), 'moved', [5, 7]],
  ['it is there twice now, and one is where it was', anchor, now(text + text), 'current', [3, 5]],
  ['it is there twice on other lines', anchor, now(`//\n${text}${text}`), 'changed', null],
  ['it was rewritten', anchor, now('function run() { return 2 }\n'), 'changed', null],
  ['the definition was rewritten', { ...anchor, symbol: 'run' }, now('x\n', [symbol('', 9)]), 'changed', [9, 12]],
  [
    'another of its name is inside a class',
    { ...anchor, symbol: 'run' },
    now('x\n', [symbol('A', 9)]),
    'changed',
    null,
  ],
  [
    'there are two of its name',
    { ...anchor, symbol: 'run' },
    now('x', [symbol('', 1), symbol('', 9)]),
    'changed',
    null,
  ],
  ['the whole file is meant', { ...anchor, whole: true }, now('a\nb\n'), 'changed', [1, 2]],
  ['the text may not be shown any more', anchor, now(null), 'changed', null],
])('%s (D14)', (_, from, file, state, lines) => {
  const standing = reanchor(from, run, file);

  expect(standing.state).toBe(state);
  const { place } = standing;
  expect(place === null ? null : [place.blob, place.startLine, place.endLine]).toEqual(lines && ['b2', ...lines]);
});

test('text is found as whole lines, and not when it is blank', () => {
  expect(findOnce('aa\nb\nc', 'b\nc')).toBe(2);
  expect(findOnce('aa\nb\nc', 'a')).toBeNull();
  expect(findOnce('a\n\n\nb', '')).toBeNull();
  expect(findOnce('b\nb', 'b')).toBeNull();
});
