import type { Id } from '@yudai/contract';
import { expect, test } from 'vitest';
import { placeInList } from '#features/cards/place-in-list.ts';

const cards = ['a', 'b', 'c', 'd'].map((id) => ({ id: id as Id<'card'> }));
const place = (moving: string, id: string, half: 'upper' | 'lower', hasMore = false) =>
  placeInList(cards, moving as Id<'card'>, { id: id as Id<'card'>, half }, hasMore);

test.each([
  ['up, before another', place('d', 'b', 'upper'), 'b'],
  ['up, after another', place('d', 'a', 'lower'), 'b'],
  ['down, before another', place('a', 'd', 'upper'), 'd'],
  ['down, to the end', place('a', 'd', 'lower'), null],
  ['to the end of what is shown, with more to come', placeInListWithMore(), undefined],
  ['onto itself', place('b', 'b', 'upper'), undefined],
  ['to where it is already', place('b', 'a', 'lower'), undefined],
  ['to where it is already, from the other side', place('b', 'c', 'upper'), undefined],
  ['onto a card that has gone', place('b', 'x', 'upper'), undefined],
])('a card is dragged %s (D14)', (_, found, expected) => {
  expect(found).toBe(expected);
});

function placeInListWithMore() {
  return place('a', 'd', 'lower', true);
}
