import { auditActions } from '@yudai/contract';
import { expect, test, vi } from 'vitest';
import { problemOf, wordsOf } from '#features/audit/action-words.ts';
import { filterOf } from '#features/audit/filter-of.ts';
import { parseAuditSearch } from '#lib/search-params.ts';

test('a day of the filter is the whole day of the person, also when clocks change (O4)', () => {
  vi.stubEnv('TZ', 'Europe/Berlin');

  expect(filterOf({ from: '2026-11-21', to: '2026-11-21' })).toEqual({
    from: '2026-11-20T23:00:00.000Z',
    to: '2026-11-21T23:00:00.000Z',
  });
  expect(filterOf({ from: '2026-03-29', to: '2026-03-29' })).toEqual({
    from: '2026-03-28T23:00:00.000Z',
    to: '2026-03-29T22:00:00.000Z',
  });
  expect(filterOf({ from: '2026-10-25', to: '2026-10-25' })).toEqual({
    from: '2026-10-24T22:00:00.000Z',
    to: '2026-10-25T23:00:00.000Z',
  });
});

test('an address keeps what the log can be filtered by, and nothing else', () => {
  expect(
    parseAuditSearch({ action: 'role.changed', person: 'usr_x', project: '', from: '2026-11-21', to: 'soon' }),
  ).toEqual({ action: 'role.changed', from: '2026-11-21' });
});

test('every action has words, all different, without the code of it', () => {
  const words = auditActions.map(wordsOf);

  expect(new Set(words).size).toBe(auditActions.length);
  expect(words.filter((text) => /[._]/.test(text))).toEqual([]);
  expect(wordsOf('github.issue_created')).toBe('GitHub issue created');
});

test('a chain that is broken says how and where', () => {
  const head = { seq: 9, hash: 'a'.repeat(64) };

  expect(problemOf({ valid: false, count: 4, brokenSeq: 4, reason: 'missing', head })).toBe(
    'An entry is missing. It begins at entry 4.',
  );
});
