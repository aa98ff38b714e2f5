import { type ModelCall, type ModelName, type ModelPrice, modelProviders } from '@yudai/contract';
import { splitModelName } from './providers.ts';

export type CountedTokens = Pick<ModelCall, 'inputTokens' | 'cachedTokens' | 'outputTokens' | 'reasoningTokens'>;

/** What a model costs; null where nobody knows. */
export type PriceOf = (model: ModelName) => Promise<ModelPrice | null>;

/**
 * Prices of the installation first, then those of a table that comes with Yudai (`@pydantic/genai-prices`, MIT) and needs no network. An
 * endpoint of one's own costs what the installation says, or nobody knows.
 */
export function createPrices(own: Readonly<Record<string, ModelPrice>> = {}): PriceOf {
  const found = new Map<ModelName, Promise<ModelPrice | null>>();
  return (model) => {
    const mine = own[model];
    if (mine !== undefined) return Promise.resolve(mine);
    const known = found.get(model) ?? lookUp(model);
    found.set(model, known);
    return known;
  };
}

async function lookUp(model: ModelName): Promise<ModelPrice | null> {
  const { provider, id } = splitModelName(model);
  if (provider === 'compatible') return null;
  // Half a megabyte of prices is read when the first model has answered, not at every start.
  const { calcPrice } = await import('@pydantic/genai-prices');
  const prices = calcPrice({ input_tokens: 1, output_tokens: 1 }, id, { providerId: provider })?.model_price;
  const [input, output] = [perMillion(prices?.['input_mtok']), perMillion(prices?.['output_mtok'])];
  if (input === null || output === null) return null;
  return { input, cached: perMillion(prices?.['cache_read_mtok']), output };
}

/** Dollars a million tokens. Where long requests cost more a token, the price of the short ones. */
function perMillion(price: unknown): number | null {
  if (typeof price === 'number') return price;
  if (typeof price === 'object' && price !== null && 'base' in price && typeof price.base === 'number') {
    return price.base;
  }
  return null;
}

/** Micro-dollars; dollars a million tokens are micro-dollars a token. */
export function costOf(price: ModelPrice, { inputTokens, cachedTokens, outputTokens }: CountedTokens): number {
  const cached = Math.min(cachedTokens, inputTokens);
  const input = (inputTokens - cached) * price.input + cached * (price.cached ?? price.input);
  return Math.ceil(input + outputTokens * price.output);
}

/** Tokens that a model reads at once, as the same table has it; null where nobody knows. */
export async function contextWindowOf(model: string): Promise<number | null> {
  if (!modelProviders.some((provider) => model.startsWith(`${provider}/`))) return null;
  const { provider, id } = splitModelName(model);
  if (provider === 'compatible' || id === '') return null;
  const { calcPrice } = await import('@pydantic/genai-prices');
  return calcPrice({ input_tokens: 1, output_tokens: 1 }, id, { providerId: provider })?.model.context_window ?? null;
}
