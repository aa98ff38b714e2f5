import { issueDocument } from '@yudai/contract';
import { expect, test } from 'vitest';
import { changesOf, differingFields, type Draft, rebase, refusalOf } from '#features/issues/editor/draft.ts';
import { moved, newCriterion, without } from '#features/issues/editor/items.ts';

const base: Draft = {
  ...issueDocument.parse({
    title: 'Retries count twice',
    problem: 'Orders are charged twice.',
    criteria: [{ id: 'AC1', text: 'It holds', check: { kind: 'test', how: 'retry.test.ts' } }],
  }),
  priority: 'medium',
  complexity: 'M',
  labels: ['bug'],
  assignees: [],
};

test('an update says only what was changed (F5)', () => {
  const typed = { ...base, wanted: 'Once.', labels: ['bug', 'retry'] };

  expect(changesOf(base, typed)).toEqual({ document: { wanted: 'Once.' }, labels: ['bug', 'retry'] });
  expect(changesOf(base, { ...base })).toEqual({});
});

test('the order in which the database answers with fields changes nothing', () => {
  const [criterion] = base.criteria;
  const turned = { ...base, criteria: [{ check: { how: 'retry.test.ts', kind: 'test' as const }, ...criterion }] };

  expect(
    differingFields(base, { ...base, criteria: [{ ...turned.criteria[0], id: 'AC1', text: 'It holds' }] as never }),
  ).toEqual([]);
});

test('what was typed stays when somebody was faster, and what they changed elsewhere comes in (F5)', () => {
  const typed = { ...base, problem: 'Mine.', wanted: 'Mine too.' };
  const latest = { ...base, problem: 'Theirs.', title: 'Theirs', labels: [] };

  expect(rebase(typed, base, latest)).toEqual({
    ...base,
    title: 'Theirs',
    labels: [],
    problem: 'Mine.',
    wanted: 'Mine too.',
  });
  expect(differingFields(base, latest)).toEqual(['title', 'problem', 'labels']);
});

test('an issue without a title, or with a text that is too long, is not sent, and why is said', () => {
  expect(refusalOf(base)).toBeNull();
  expect(refusalOf({ ...base, title: '  ' })).toBe('An issue needs a title.');
  expect(refusalOf({ ...base, problem: 'x'.repeat(20_001) })).toMatch(/^Problem: /);
});

test('criteria are added with a name of their own, moved and taken out', () => {
  const [first] = base.criteria;
  const added = newCriterion([...base.criteria, { id: 'AC7', text: 'x', check: null }]);

  expect(added).toEqual({ id: 'AC8', text: '', check: null });
  expect(newCriterion([])).toEqual({ id: 'AC1', text: '', check: null });
  expect(moved([first, added], 1, -1)).toEqual([added, first]);
  expect(moved([first, added], 1, 1)).toEqual([first, added]);
  expect(without([first, added], 0)).toEqual([added]);
});
