import { expect, test } from 'vitest';
import { placeOfCite } from '#lib/place-of-cite.ts';

test('a citation leads to its file and lines', () => {
  expect(placeOfCite('src/a:b.ts:3-9@0123456789ab')).toEqual({ path: 'src/a:b.ts', startLine: 3, endLine: 9 });
  expect(placeOfCite('a.ts:7@0123456')).toEqual({ path: 'a.ts', startLine: 7, endLine: 7 });
  expect(placeOfCite('a.ts:7-8')).toEqual({ path: 'a.ts', startLine: 7, endLine: 8 });
  expect(placeOfCite('a.ts')).toBeNull();
});
