import type { Complexity, IssueEstimate, ModelPrice } from '@yudai/contract';

/** Tokens that solving takes: what is read anew, what is read again from the provider's cache, what is written. Set by hand; none measured yet. */
const usual: Readonly<
  Record<Complexity, { readonly fresh: number; readonly cached: number; readonly written: number }>
> = {
  S: { fresh: 60_000, cached: 240_000, written: 8000 },
  M: { fresh: 150_000, cached: 1_000_000, written: 25_000 },
  L: { fresh: 400_000, cached: 3_500_000, written: 70_000 },
  XL: { fresh: 1_000_000, cached: 10_000_000, written: 180_000 },
};

/** What solving an issue of this size would cost with the model that writes code, and what that rests on. */
export function estimateCost(
  complexity: Complexity,
  coder: { readonly model: string; readonly price: ModelPrice | null } | null,
): IssueEstimate {
  const { fresh, cached, written } = usual[complexity];
  const tokens = `${(fresh + cached).toLocaleString('en')} tokens read and ${written.toLocaleString('en')} written, the usual for ${complexity}`;
  if (coder === null) return { costMicros: null, basis: `${tokens}. No model is set up for the role 'coder'.` };
  const { model, price } = coder;
  if (price === null) return { costMicros: null, basis: `${tokens}. The price of ${model} is not known.` };
  // Dollars a million tokens are micro-dollars a token.
  const costMicros = Math.round(fresh * price.input + cached * (price.cached ?? price.input) + written * price.output);
  return { costMicros, basis: `${tokens}, at the price of ${model}. A guess from the size alone.` };
}
