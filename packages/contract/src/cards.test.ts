import { expect, test } from 'vitest';
import { cardContentLimit, type CardsFile, mostImported, piecesOf, type PortableCard } from '#cards.ts';

const card = (length: number): PortableCard => ({
  title: String(length),
  content: 'x'.repeat(length),
  source: 'note',
  category: 'other',
  anchor: null,
});
const fileOf = (cards: PortableCard[]): CardsFile => ({ format: 'yudai-cards', version: 1, cards });

test.each([
  ['no cards', [], []],
  ['few small ones', [1, 2, 3], [3]],
  ['more than a request brings', Array.from({ length: mostImported + 1 }, () => 1), [mostImported, 1]],
  ['large ones', [cardContentLimit, 1, cardContentLimit - 1, 1], [1, 2, 1]],
])('%s go in pieces that a request carries, in order (D14)', (_, lengths, sizes) => {
  const file = fileOf(lengths.map(card));

  const pieces = piecesOf(file);

  expect(pieces.map(({ cards }) => cards.length)).toEqual(sizes);
  expect(pieces.flatMap(({ cards }) => cards)).toEqual(file.cards);
});
