import { hashOf } from './hash.ts';
import { termsOfName } from './words.ts';

/** A name as term numbers of one lexicon. `terms` counts in bags, `sequence` makes word pairs. */
export interface LexedName {
  readonly terms: readonly number[];
  readonly sequence: readonly number[];
}

/**
 * Remembers what names split into: a repository repeats its names, and splitting and stemming is the slow part. Term numbers are
 * dense, so that a file can count in a typed array. Not bound to a file; clear it when it grows past what a worker should hold.
 */
export interface Lexicon {
  lex(name: string): LexedName;
  readonly size: number;
  hash(term: number): number;
  /** One number per term, all zero: who writes into it zeroes what it wrote. */
  scratch(): Int32Array;
}

export function createLexicon(): Lexicon {
  const names = new Map<string, LexedName>();
  const numbers = new Map<number, number>();
  let hashes = new Uint32Array(4096);
  let scratch = new Int32Array(4096);
  let size = 0;

  function numberOf(term: string): number {
    const hash = hashOf(term);
    const known = numbers.get(hash);
    if (known !== undefined) return known;
    if (size === hashes.length) {
      const larger = new Uint32Array(size * 2);
      larger.set(hashes);
      hashes = larger;
    }
    numbers.set(hash, size);
    hashes[size] = hash;
    return size++;
  }

  return {
    lex(name) {
      const known = names.get(name);
      if (known !== undefined) return known;
      const { whole, stems } = termsOfName(name);
      const sequence = stems.map(numberOf);
      const lexed = { sequence, terms: whole === null ? sequence : [numberOf(whole), ...sequence] };
      names.set(name, lexed);
      return lexed;
    },
    get size() {
      return size;
    },
    hash: (term) => hashes[term] ?? 0,
    scratch() {
      if (scratch.length < size) scratch = new Int32Array(hashes.length);
      return scratch;
    },
  };
}
