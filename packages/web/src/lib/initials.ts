const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** `Ada Lovelace` → `AL`, `ada` → `A`. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return ends
    .map((word = '') => letters.segment(word)[Symbol.iterator]().next().value?.segment ?? '')
    .join('')
    .toUpperCase();
}
