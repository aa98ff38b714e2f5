import { expect, test } from 'vitest';
import { nextPathOf } from '#lib/next-path.ts';

test.each([
  ['/jobs', '/jobs'],
  ['/projects/prj_1?path=src/a.ts&line=3#top', '/projects/prj_1?path=src/a.ts&line=3#top'],
  ['/', null],
  ['', null],
  [undefined, null],
  [['/jobs'], null],
  ['//evil.example', null],
  ['/\\evil.example', null],
  ['/a\\b', null],
  ['https://evil.example/', null],
  ['javascript:alert(1)', null],
  ['jobs', null],
  ['/a b', null],
  [`/${'a'.repeat(501)}`, null],
])('after signing in one goes on from %j to %j, never to another site (B1)', (value, path) => {
  expect(nextPathOf(value)).toBe(path);
});
