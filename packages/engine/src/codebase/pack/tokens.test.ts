import { expect, test } from 'vitest';
import { tokensOf } from '#codebase/pack/tokens.ts';

test.each([
  ['words', 'hello world', 2],
  ['a special token, which is plain text', '<|endoftext|>', 7],
  ['nothing', '', 0],
])('%s are counted as the model counts them (D14)', (_, text, tokens) => {
  expect(tokensOf(text)).toBe(tokens);
});

test.each([
  ['letters', 'a'.repeat(200_000)],
  ['ideographs', '漢字'.repeat(100_000)],
  ['blanks', ' '.repeat(200_000)],
  ['signs', '='.repeat(200_000)],
])(
  'a text of %s without a break is counted in time that grows with its length (N3)',
  (_, text) => {
    expect(tokensOf(text)).toBeGreaterThan(1000);
  },
  // By the square of the length it takes minutes.
  20_000,
);
