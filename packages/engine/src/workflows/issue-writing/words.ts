import { stemmer } from 'stemmer';

/** Words that say nothing about an issue. */
const common = new Set(
  (
    'a an and are as at be been but by can could do does for from has have how if in into is it its not of on or should so that the their then there ' +
    'they this to was we were what when where which while who will with would you your'
  ).split(' '),
);

/** The words of a text by their stems, with how often each is there. Names in camelCase and snake_case count as their parts as well. */
export function stemsOf(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  const parts = text.slice(0, 20_000).match(/[\p{L}\p{N}]+/gu) ?? [];
  for (const part of parts) {
    const pieces = part.split(/(?<=\p{Ll})(?=\p{Lu})/u);
    for (const word of pieces.length > 1 ? [part, ...pieces] : pieces) {
      const lower = word.toLowerCase();
      if (lower.length < 2 || common.has(lower)) continue;
      const stem = stemmer(lower);
      counts.set(stem, (counts.get(stem) ?? 0) + 1);
    }
  }
  return counts;
}
