import type { IssueDocument } from '@yudai/contract';

type Criterion = IssueDocument['criteria'][number];

/** The list with the item at `index` moved by one; the same list where it cannot go further. */
export function moved<T>(items: readonly T[], index: number, by: -1 | 1): T[] {
  const other = items[index + by];
  const item = items[index];
  if (item === undefined || other === undefined) return [...items];
  return items.with(index, other).with(index + by, item);
}

export function without<T>(items: readonly T[], index: number): T[] {
  return items.toSpliced(index, 1);
}

/** A criterion that still says nothing, named by the first number that is free after the others. */
export function newCriterion(criteria: readonly Criterion[]): Criterion {
  const numbers = criteria.map(({ id }) => Number(/^AC(\d+)$/.exec(id)?.[1] ?? 0));
  return { id: `AC${Math.max(0, ...numbers) + 1}`, text: '', check: null };
}
