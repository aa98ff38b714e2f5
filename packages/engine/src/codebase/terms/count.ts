import type { Chunk } from '../facts.ts';
import type { Bag } from './bags.ts';
import { pairHashOf } from './hash.ts';
import { countAt, type Lexicon, termsAt, wholeAt } from './lexicon.ts';
import { forEachSegment } from './prose.ts';
import { forEachName } from './words.ts';

/** A text as term numbers of a lexicon, in order of appearance, with where each chunk and each piece of prose lies in it. */
export interface TermStream {
  readonly terms: Int32Array;
  /** Places in `terms` where each chunk ends. */
  readonly chunkEnds: readonly number[];
  /** Start and end of every piece of prose, in pairs. */
  readonly prose: readonly number[];
  /** 24-bit hashes of neighbouring words, ascending, each once. */
  readonly pairs: Int32Array;
}

export function streamTerms(
  text: string,
  language: string | null,
  chunks: readonly Chunk[],
  lexicon: Lexicon,
): TermStream {
  const bounds = offsetsOfEnds(text, chunks);
  // A name has no more terms than units.
  const terms = new Int32Array(text.length);
  const pairs = new Int32Array(text.length);
  let termsEnd = 0;
  let pairsEnd = 0;
  const chunkEnds: number[] = [];
  const prose: number[] = [];
  let bound = bounds[0] ?? text.length;
  let lastHash = 0;

  const readName = (start: number, end: number, nameHash: number) => {
    while (start >= bound && chunkEnds.length < bounds.length - 1) {
      chunkEnds.push(termsEnd);
      bound = bounds[chunkEnds.length] ?? text.length;
    }
    const entry = lexicon.lex(text, start, end, nameHash);
    const entries = lexicon.entries();
    const first = entry + termsAt;
    const last = first + (entries[entry + countAt] ?? 0);
    for (let at = first; at < last; at++) terms[termsEnd++] = entries[at] ?? 0;
    for (let at = first + (entries[entry + wholeAt] ?? 0); at < last; at++) {
      const hash = lexicon.hash(entries[at] ?? 0);
      if (lastHash !== 0 && lastHash !== hash) pairs[pairsEnd++] = pairHashOf(lastHash, hash);
      lastHash = hash;
    }
  };
  forEachSegment(text, language, (from, to, isProse) => {
    if (isProse) prose.push(termsEnd);
    forEachName(text, from, to, readName);
    if (isProse) prose.push(termsEnd);
  });
  while (chunkEnds.length < bounds.length) chunkEnds.push(termsEnd);
  return { terms: terms.subarray(0, termsEnd), chunkEnds, prose, pairs: distinct(pairs.subarray(0, pairsEnd)) };
}

/** Counts stretches of a stream. Its counters are as long as the file's dictionary and are zero between two calls. */
export function createCounter(size: number): (stretches: Iterable<ArrayLike<number>>) => Bag {
  const counters = new Int32Array(size);
  const touched = new Int32Array(size);
  return (stretches) => {
    let distinctTerms = 0;
    let length = 0;
    for (const stretch of stretches) {
      for (let at = 0; at < stretch.length; at++) {
        const place = stretch[at] ?? 0;
        const count = counters[place] ?? 0;
        if (count === 0) touched[distinctTerms++] = place;
        counters[place] = count + 1;
      }
      length += stretch.length;
    }
    const terms = touched.slice(0, distinctTerms).sort();
    const counts = new Int32Array(distinctTerms);
    for (let at = 0; at < distinctTerms; at++) {
      const place = terms[at] ?? 0;
      counts[at] = counters[place] ?? 0;
      counters[place] = 0;
    }
    return { terms, counts, length };
  };
}

/** Offsets at which each chunk ends: where the next one starts. */
function offsetsOfEnds(text: string, chunks: readonly Chunk[]): number[] {
  const ends: number[] = [];
  let line = 1;
  let at = 0;
  for (let chunk = 1; chunk < chunks.length; chunk++) {
    const startLine = chunks[chunk]?.startLine ?? line;
    while (line < startLine && at < text.length) {
      const next = text.indexOf('\n', at);
      at = next < 0 ? text.length : next + 1;
      line++;
    }
    ends.push(at);
  }
  if (chunks.length > 0) ends.push(text.length);
  return ends;
}

function distinct(values: Int32Array): Int32Array {
  values.sort();
  let kept = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? 0;
    if (kept === 0 || values[kept - 1] !== value) values[kept++] = value;
  }
  return values.subarray(0, kept);
}
