import type { TreeEntry } from '@yudai/contract';
import { expect, test } from 'vitest';
import { findByTyping, flattenTree, parentRow } from '#features/codebase/tree/flatten-tree.ts';
import type { Folder } from '#features/codebase/tree/flatten-tree.ts';

function entry(path: string, kind: TreeEntry['kind'] = 'file'): TreeEntry {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return { name, path, kind, size: 1, tokens: 1, files: 1, language: null, category: null, skipped: null, blob: null };
}

const ready = (entries: TreeEntry[], nextCursor: string | null = null): Folder => ({
  entries,
  nextCursor,
  state: 'ready',
});

const folders = new Map<string, Folder>([
  ['', ready([entry('docs', 'directory'), entry('src', 'directory'), entry('readme.md')])],
  ['src', ready([entry('src/app', 'directory'), entry('src/main.ts')], 'next')],
]);

test('only open folders show their children, in place and one level deeper', () => {
  const rows = flattenTree(folders, new Set(['src', 'src/app']));

  expect(rows.map((row) => [row.key, row.level])).toEqual([
    ['docs', 1],
    ['src', 1],
    ['src/app', 2],
    ['loading src/app', 3],
    ['src/main.ts', 2],
    ['more src', 2],
    ['readme.md', 1],
  ]);
});

test('a folder with more pages does not claim to know its size', () => {
  const rows = flattenTree(folders, new Set(['src']));
  const sizeOf = (key: string) => rows.find((row) => row.key === key);

  expect(sizeOf('src/main.ts')).toMatchObject({ position: 2, setSize: -1 });
  expect(sizeOf('readme.md')).toMatchObject({ position: 3, setSize: 3 });
});

test('typing finds the next name, goes round, and stays while more letters still match', () => {
  const rows = flattenTree(folders, new Set());

  expect(findByTyping(rows, 0, 'r')).toBe(2);
  expect(findByTyping(rows, 2, 'd')).toBe(0);
  expect(findByTyping(rows, 1, 'sr')).toBe(1);
  expect(findByTyping(rows, 0, 'x')).toBeNull();
  expect(findByTyping([], 0, 'x')).toBeNull();
});

test('the parent of a row is the nearest row above it on a lower level', () => {
  const rows = flattenTree(folders, new Set(['src']));

  expect(parentRow(rows, 3)).toBe(1);
  expect(parentRow(rows, 0)).toBeNull();
});
