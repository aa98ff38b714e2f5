import { expect, test } from 'vitest';
import { mostPackPaths, togglePath } from '#features/codebase/pack-paths.ts';

test('a file is put into the pack at the end, and taken out again', () => {
  const both = togglePath(togglePath([], 'b.ts'), 'a.ts');

  expect(both).toEqual(['b.ts', 'a.ts']);
  expect(togglePath(both, 'b.ts')).toEqual(['a.ts']);
});

test('a full pack takes no more files, but still gives them back', () => {
  const full = Array.from({ length: mostPackPaths }, (_, at) => `${at}.ts`);

  expect(togglePath(full, 'one-more.ts')).toEqual(full);
  expect(togglePath(full, '0.ts')).toHaveLength(mostPackPaths - 1);
});
