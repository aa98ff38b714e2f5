import { expect, test } from 'vitest';
import {
  formatLines,
  parseCodeSearch,
  parseJobsSearch,
  parseLines,
  parseWorkbenchSearch,
  withParam,
} from '#lib/search-params.ts';

test.each([
  ['10', { start: 10, end: 10 }],
  ['10-20', { start: 10, end: 20 }],
  ['20-10', { start: 10, end: 20 }],
  ['0', null],
  ['5-0', null],
  ['-4', null],
  ['1-2-3', null],
  ['99999999', null],
  ['L10', null],
  ['', null],
])('the lines of %j are read as %j', (text, lines) => {
  expect(parseLines(text)).toEqual(lines);
});

test('a permalink survives being read and written', () => {
  const search = parseWorkbenchSearch({ path: 'src/a b.ts', line: '20-28' });

  expect(search).toEqual({ path: 'src/a b.ts', line: '20-28' });
  expect(formatLines(parseLines(search.line) ?? { start: 0, end: 0 })).toBe('20-28');
});

test('an address that makes no sense is tidied instead of refused', () => {
  expect(parseWorkbenchSearch({ path: '', line: '3' })).toEqual({});
  expect(parseWorkbenchSearch({ path: 'a.ts', line: 'x', evil: '<script>' })).toEqual({ path: 'a.ts' });
  expect(parseCodeSearch({ q: 42, mode: 'psychic', tests: 'yes', case: true })).toEqual({ q: '42', case: true });
  expect(parseJobsSearch({ status: 'exploded', kind: 'codebase.index', job: 'job_1; drop' })).toEqual({
    kind: 'codebase.index',
  });
});

test('one value of an address is set or left out without touching the rest', () => {
  const search = { status: 'failed', kind: 'codebase.index' };

  expect(withParam(search, 'status', undefined)).toEqual({ kind: 'codebase.index' });
  expect(search.status).toBe('failed');
});
