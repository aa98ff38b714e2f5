import type { CardHead, Id } from '@yudai/contract';

type Listed = Pick<CardHead, 'id'>;

/**
 * Before which card one goes that is dropped on another's upper or lower half; null is last of all, undefined nowhere else than it is. Of a
 * list with more to come, nobody knows what is after the last one shown, so nothing is put there.
 */
export function placeInList(
  cards: readonly Listed[],
  moving: Id<'card'>,
  on: { readonly id: Id<'card'>; readonly half: 'upper' | 'lower' },
  hasMore: boolean,
): Id<'card'> | null | undefined {
  const from = cards.findIndex(({ id }) => id === moving);
  const target = cards.findIndex(({ id }) => id === on.id);
  if (from < 0 || target < 0) return undefined;
  const to = on.half === 'upper' ? target : target + 1;
  if (to === from || to === from + 1) return undefined;
  const before = cards[to];
  if (before !== undefined) return before.id;
  return hasMore ? undefined : null;
}
