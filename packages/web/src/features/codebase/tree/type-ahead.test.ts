import { expect, test } from 'vitest';
import { mayBeShortcut } from '#features/codebase/tree/type-ahead.ts';

test.each(['?', 'gp?', 'g', 'gs'])('“%s” that found no file may be a shortcut', (typed) => {
  expect(mayBeShortcut(typed)).toBe(true);
});

test.each(['s', 'gsx', 'tags', 'ags', 'G'])('“%s” that found no file is a search for one and nothing else', (typed) => {
  expect(mayBeShortcut(typed)).toBe(false);
});
