import { expect, test } from 'vitest';
import { costOf, createPrices } from './prices.ts';

const tokens = { inputTokens: 1_000_000, cachedTokens: 0, outputTokens: 100_000, reasoningTokens: 0 };

test.each(['openai/gpt-4o', 'anthropic/claude-sonnet-4-5', 'google/gemini-2.5-flash', 'openrouter/openai/gpt-4o-mini'])(
  'the price of %s is known without a network, an answer dearer than a question (I7)',
  async (model) => {
    const price = await createPrices()(model);

    expect(price?.input).toBeGreaterThan(0);
    expect(price?.output).toBeGreaterThan(price?.input ?? 0);
  },
);

test('gpt-4o costs what OpenAI lists: 2.50 and 10 dollars a million, 1.25 from the cache', async () => {
  expect(await createPrices()('openai/gpt-4o')).toEqual({ input: 2.5, cached: 1.25, output: 10 });
});

test.each(['openai/a-model-of-next-year', 'compatible/gpt-4o', 'openrouter/nobody/nothing'])(
  'what nobody knows of %s is not guessed',
  async (model) => {
    expect(await createPrices()(model)).toBeNull();
  },
);

test('the prices of the installation go before those of the table', async () => {
  const own = { 'openai/gpt-4o': { input: 1, cached: null, output: 2 } };

  expect(await createPrices(own)('openai/gpt-4o')).toEqual({ input: 1, cached: null, output: 2 });
});

test('tokens from the cache cost less where that is known, and fractions are rounded up', () => {
  const price = { input: 2.5, cached: 0.25, output: 10 };

  expect(costOf(price, tokens)).toBe(3_500_000);
  expect(costOf(price, { ...tokens, cachedTokens: 800_000 })).toBe(1_700_000);
  expect(costOf({ ...price, cached: null }, { ...tokens, cachedTokens: 800_000 })).toBe(3_500_000);
  expect(costOf(price, { ...tokens, inputTokens: 1, outputTokens: 0 })).toBe(3);
  // More from the cache than there was is a mistake of the provider, and nobody is paid for it.
  expect(costOf(price, { ...tokens, inputTokens: 4, cachedTokens: 400, outputTokens: 0 })).toBe(1);
});
