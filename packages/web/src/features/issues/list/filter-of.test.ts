import { expect, test } from 'vitest';
import { filterOf } from '#features/issues/list/filter-of.ts';
import { parseIssuesSearch } from '#lib/search-params.ts';

test('an address filters by status, priority, label, words, day and the archive (F5)', () => {
  const search = parseIssuesSearch({
    q: 42,
    status: 'draft',
    priority: 'high',
    label: 'bug',
    archived: true,
    since: '2026-11-21',
  });

  expect(filterOf(search)).toEqual({
    query: '42',
    status: 'draft',
    priority: 'high',
    label: 'bug',
    archived: true,
    since: new Date(2026, 10, 21).toISOString(),
  });
});

test('what no issue has is left out of the address, and of what is asked (F6)', () => {
  const search = parseIssuesSearch({ status: 'exploded', priority: 9, since: 'yesterday', archived: 'yes', q: '' });

  expect(search).toEqual({});
  expect(filterOf(search)).toEqual({});
});
