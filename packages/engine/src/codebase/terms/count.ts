import type { Chunk } from '../facts.ts';
import type { Bag } from './bags.ts';
import { pairHashOf } from './hash.ts';
import type { Lexicon } from './lexicon.ts';
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
  const terms = createIntList(text.length >> 3);
  const pairs = createIntList(text.length >> 3);
  const chunkEnds: number[] = [];
  const prose: number[] = [];
  let bound = bounds[0] ?? text.length;
  let lastHash = 0;

  forEachSegment(text, language, (from, to, isProse) => {
    if (isProse) prose.push(terms.size());
    forEachName(text, from, to, (start, end) => {
      while (start >= bound && chunkEnds.length < bounds.length - 1) {
        chunkEnds.push(terms.size());
        bound = bounds[chunkEnds.length] ?? text.length;
      }
      const lexed = lexicon.lex(text.slice(start, end));
      for (const term of lexed.terms) terms.push(term);
      for (const term of lexed.sequence) {
        const hash = lexicon.hash(term);
        if (lastHash !== 0 && lastHash !== hash) pairs.push(pairHashOf(lastHash, hash));
        lastHash = hash;
      }
    });
    if (isProse) prose.push(terms.size());
  });
  while (chunkEnds.length < bounds.length) chunkEnds.push(terms.size());
  return { terms: terms.done(), chunkEnds, prose, pairs: distinct(pairs.done()) };
}

/** Counts stretches of a stream. Its counters are as long as the file's dictionary and are zero between two calls. */
export function createCounter(size: number): (stretches: Iterable<ArrayLike<number>>) => Bag {
  const counters = new Int32Array(size);
  return (stretches) => {
    const touched = createIntList(64);
    let length = 0;
    for (const stretch of stretches)
      for (let at = 0; at < stretch.length; at++) {
        const place = stretch[at] ?? 0;
        const count = counters[place] ?? 0;
        if (count === 0) touched.push(place);
        counters[place] = count + 1;
        length++;
      }
    const terms = touched.done().sort();
    const counts = terms.map((place) => counters[place] ?? 0);
    for (const place of terms) counters[place] = 0;
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

interface IntList {
  push(value: number): void;
  size(): number;
  done(): Int32Array;
}

function createIntList(capacity: number): IntList {
  let values = new Int32Array(Math.max(16, capacity));
  let size = 0;
  return {
    push(value) {
      if (size === values.length) {
        const larger = new Int32Array(values.length * 2);
        larger.set(values);
        values = larger;
      }
      values[size++] = value;
    },
    size: () => size,
    done: () => values.subarray(0, size),
  };
}
