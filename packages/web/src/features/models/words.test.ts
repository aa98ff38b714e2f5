import { expect, test } from 'vitest';
import { formatCost, formatMoney, microsOf } from '#features/models/words.ts';

test.each([
  [0, '$0'],
  [42, '$0.0000'],
  [4_200, '$0.0042'],
  [99_999, '$0.1000'],
  [1_234_567, '$1.23'],
  [12_300_000, '$12.30'],
])('%i micro-dollars are shown as %s', (micros, shown) => {
  expect(formatMoney(micros)).toBe(shown);
});

test.each([
  [{ costMicros: 0, unpriced: 0 }, '$0'],
  [{ costMicros: 0, unpriced: 1 }, 'not known'],
  [{ costMicros: 1_500_000, unpriced: 1 }, 'at least $1.50'],
])('%j is shown as %s', (cost, shown) => {
  expect(formatCost(cost)).toBe(shown);
});

test.each([
  ['5', 5_000_000],
  [' 0.25 ', 250_000],
  ['0', 0],
  ['five', null],
  ['-1', null],
  ['1e9', null],
  ['', null],
])('%j dollars are %s micro-dollars', (text, micros) => {
  expect(microsOf(text)).toBe(micros);
});
