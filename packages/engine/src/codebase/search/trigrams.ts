/** Runs of three letters of a word with its ends marked, as pg_trgm makes them. */
export function trigramsOf(word: string): Set<string> {
  const padded = `  ${word.toLowerCase()} `;
  const grams = new Set<string>();
  for (let at = 0; at + 3 <= padded.length; at++) grams.add(padded.slice(at, at + 3));
  return grams;
}

/** The share of trigrams that two words have in common, 0 to 1. */
export function sharedTrigrams(grams: ReadonlySet<string>, word: string): number {
  const others = trigramsOf(word);
  let shared = 0;
  for (const gram of others) if (grams.has(gram)) shared++;
  return shared / (grams.size + others.size - shared);
}
