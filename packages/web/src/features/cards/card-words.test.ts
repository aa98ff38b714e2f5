import type { CardStaleness } from '@yudai/contract';
import { expect, test } from 'vitest';
import { heatOf, staleWords } from '#features/cards/card-words.ts';

const at = (state: CardStaleness['state'], startLine: number | null): CardStaleness => ({
  state,
  path: startLine === null ? null : 'a.ts',
  startLine,
  endLine: startLine,
});

test('the bar of a card grows with every magnitude of its tokens, and says when that is a lot (D14)', () => {
  const shares = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000].map((tokens) => heatOf(tokens).share);

  expect(shares.toSorted((a, b) => a - b)).toEqual(shares);
  expect(shares.at(-1)).toBe(1);
  expect([heatOf(0), heatOf(4000), heatOf(16_000)].map(({ level }) => level)).toEqual(['low', 'middle', 'high']);
});

test.each([
  ['nothing of a card that is as the code is', at('current', 1), undefined, undefined],
  ['nothing of a card without code', null, undefined, undefined],
  ['where code moved to', at('moved', 4), 'moved', 'Pin the card there'],
  ['that a definition changed', at('changed', 4), 'changed', 'Read it again'],
  ['that lines were rewritten, without a guess', at('changed', null), 'rewritten', null],
  ['that a file went', at('gone', null), 'gone', null],
])('a badge says %s (D14)', (_, staleness, label, action) => {
  const words = staleWords(staleness);

  expect(words?.label).toBe(label);
  expect(words?.action).toBe(action);
});
