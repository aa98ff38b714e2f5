import type { Piece } from './types.ts';

/** One way to show a file: what it is worth and what it costs. */
export interface Option {
  readonly file: number;
  readonly value: number;
  readonly tokens: number;
  readonly pieces: readonly Piece[];
}

/**
 * For each file at most one of its options, within the budget: the most value for each token first, then better forms of files that
 * are in, as long as they fit. Answers in the order of value.
 */
export function chooseOptions(options: readonly Option[], budget: number): Option[] {
  const chosen = new Map<number, Option>();
  let spent = 0;
  const byWorth = options.toSorted((a, b) => b.value / b.tokens - a.value / a.tokens || a.file - b.file);
  for (const pass of [byWorth, options.toSorted((a, b) => b.value - a.value || a.tokens - b.tokens)])
    for (const option of pass) {
      const known = chosen.get(option.file);
      if (known !== undefined && known.value >= option.value) continue;
      const total = spent - (known?.tokens ?? 0) + option.tokens;
      if (total > budget) continue;
      chosen.set(option.file, option);
      spent = total;
    }
  return [...chosen.values()].toSorted((a, b) => b.value - a.value || a.file - b.file);
}
