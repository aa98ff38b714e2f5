import { buildPostings } from '../rank/postings.ts';
import { createTermTable } from '../rank/term-table.ts';

/** The trigrams of many lower-cased words, made once, so that a word is compared with all of them by looking at what it shares only. */
export interface TrigramTable {
  /** The share of trigrams that each word has in common with this one, 0 to 1. */
  likenessTo(word: string): Float64Array;
}

export function tableOfTrigrams(words: readonly string[]): TrigramTable {
  const terms = createTermTable();
  const counts = new Uint32Array(words.length);
  // The trigrams of word after word, each once a word.
  const grams = new Uint32Array(words.reduce((sum, word) => sum + word.length + 1, 0));
  const lastWord: number[] = [];
  let size = 0;
  words.forEach((word, at) =>
    forEachTrigram(word, (hash) => {
      const term = terms.add(hash);
      if (lastWord[term] === at) return;
      lastWord[term] = at;
      counts[at] = (counts[at] ?? 0) + 1;
      grams[size++] = term;
    }),
  );
  const { offsets, documents } = buildPostings(terms.size, counts, (emit) => {
    let next = 0;
    counts.forEach((count, at) => {
      for (const end = next + count; next < end; next++) emit(grams[next] ?? 0, at, 1);
    });
  });
  return {
    likenessTo(word) {
      const wanted = new Set<number>();
      forEachTrigram(word, (hash) => wanted.add(hash));
      const likeness = new Float64Array(words.length);
      for (const hash of wanted) {
        const term = terms.find(hash);
        if (term < 0) continue;
        for (const at of documents.subarray(offsets[term], offsets[term + 1])) likeness[at] = (likeness[at] ?? 0) + 1;
      }
      for (let at = 0; at < likeness.length; at++) {
        const shared = likeness[at] ?? 0;
        if (shared > 0) likeness[at] = shared / (wanted.size + (counts[at] ?? 0) - shared);
      }
      return likeness;
    },
  };
}

const space = 32;

/** A number for each of the trigrams of a lower-cased word; its ends are marked by spaces, two before and one after. */
function forEachTrigram(word: string, visit: (hash: number) => void): void {
  let [before, last] = [space, space];
  for (let at = 0; at <= word.length; at++) {
    const unit = at < word.length ? word.charCodeAt(at) : space;
    const mixed = Math.imul(Math.imul(before, 0x9e3779b1) ^ last, 0x85ebca6b) ^ unit;
    visit(Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35) >>> 0);
    before = last;
    last = unit;
  }
}
