import { expect, test } from 'vitest';
import { matcherOf, splitMatches } from '#features/codebase/search/matcher.ts';

const marked = (text: string, matcher: RegExp | null) =>
  splitMatches(text, matcher)
    .filter((part) => part.isMatch)
    .map((part) => part.text);

test('exact text is marked as it is written, signs and all', () => {
  expect(marked('if (a[0].b) a[0].b();', matcherOf('a[0].b(', 'text', true))).toEqual(['a[0].b(']);
  expect(marked('Foo foo', matcherOf('foo', 'text', true))).toEqual(['foo']);
  expect(marked('Foo foo', matcherOf('foo', 'text', false))).toEqual(['Foo', 'foo']);
});

test('a question marks its telling words, the longest first', () => {
  const matcher = matcherOf('Why does the jobQueue in job stop?', 'ranked', false);

  expect(marked('const jobQueue = the(job)', matcher)).toEqual(['jobQueue', 'job']);
});

test('a pattern that the browser cannot read or that matches nothing marks nothing', () => {
  expect(matcherOf('(?i)foo', 'regex', false)).toBeNull();
  expect(matcherOf('a'.repeat(201), 'regex', false)).toBeNull();
  expect(splitMatches('abc', matcherOf('x*', 'regex', false))).toEqual([{ at: 0, text: 'abc', isMatch: false }]);
});

test('the parts of a line are the line', () => {
  const line = 'a foo b foo';
  const parts = splitMatches(line, /foo/g);

  expect(parts.map((part) => part.text).join('')).toBe(line);
  expect(parts.map((part) => part.at)).toEqual([0, 2, 5, 8]);
});
