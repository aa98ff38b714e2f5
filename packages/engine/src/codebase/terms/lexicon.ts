import { hashOf } from './hash.ts';
import { termsOfName } from './words.ts';

/**
 * Remembers what names split into: a repository repeats its names, and splitting and stemming is the slow part. Term numbers are
 * dense, so that a file can count in a typed array. Names are kept as units, not as strings, which would keep their whole text alive. Not
 * bound to a file; clear it when it grows past what a worker should hold.
 */
export interface Lexicon {
  /** The entry of the name at these places of a text; `hash` is what `forEachName` says of it. */
  lex(text: string, start: number, end: number, hash: number): number;
  /** Term numbers of all entries, to be asked for again after `lex`: those of an entry start at `entry + termsAt`. */
  entries(): Int32Array;
  /** Term numbers of an entry: they count in bags, and all but a whole name make word pairs. */
  terms(entry: number): Int32Array;
  readonly size: number;
  hash(term: number): number;
  /** One number per term, all zero: who writes into it zeroes what it wrote. */
  scratch(): Int32Array;
}

// An entry is its hash, where its units start, how many there are, how many terms, whether the first is the whole name, then the terms.
export const countAt = 3;
export const wholeAt = 4;
export const termsAt = 5;

export function createLexicon(): Lexicon {
  const numbers = new Map<number, number>();
  let entries = new Int32Array(1 << 14);
  let entriesEnd = 0;
  let units = new Uint16Array(1 << 14);
  let unitsEnd = 0;
  // Entries by hash, counted from 1 so that zero is free; never more than half full.
  let slots = new Int32Array(1 << 12);
  let names = 0;
  let hashes = new Uint32Array(4096);
  let scratch = new Int32Array(4096);
  let size = 0;

  function numberOf(term: string): number {
    const hash = hashOf(term);
    const known = numbers.get(hash);
    if (known !== undefined) return known;
    if (size === hashes.length) hashes = grown(hashes, new Uint32Array(size * 2));
    numbers.set(hash, size);
    hashes[size] = hash;
    return size++;
  }

  function isAt(entry: number, text: string, start: number, length: number): boolean {
    if (entries[entry + 2] !== length) return false;
    const from = entries[entry + 1] ?? 0;
    for (let at = 0; at < length; at++) if (units[from + at] !== text.charCodeAt(start + at)) return false;
    return true;
  }

  function add(name: string, hash: number): number {
    const { whole, stems } = termsOfName(name);
    const terms = (whole === null ? stems : [whole, ...stems]).map(numberOf);
    const entry = entriesEnd;
    entriesEnd += termsAt + terms.length;
    while (entriesEnd > entries.length) entries = grown(entries, new Int32Array(entries.length * 2));
    entries.set([hash, unitsEnd, name.length, terms.length, whole === null ? 0 : 1, ...terms], entry);
    while (unitsEnd + name.length > units.length) units = grown(units, new Uint16Array(units.length * 2));
    for (let at = 0; at < name.length; at++) units[unitsEnd++] = name.charCodeAt(at);
    names++;
    if (names * 2 > slots.length) widen();
    return entry;
  }

  function widen(): void {
    const before = slots;
    slots = new Int32Array(before.length * 2);
    for (const entry of before) if (entry !== 0) slots[freeSlot(entries[entry - 1] ?? 0)] = entry;
  }

  function freeSlot(hash: number): number {
    let slot = hash & (slots.length - 1);
    while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
    return slot;
  }

  return {
    lex(text, start, end, hash) {
      const mask = slots.length - 1;
      for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
        const entry = (slots[slot] ?? 0) - 1;
        if (entry < 0) break;
        if (entries[entry] === hash && isAt(entry, text, start, end - start)) return entry;
      }
      const entry = add(text.slice(start, end), hash);
      slots[freeSlot(hash)] = entry + 1;
      return entry;
    },
    entries: () => entries,
    terms: (entry) => entries.subarray(entry + termsAt, entry + termsAt + (entries[entry + countAt] ?? 0)),
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

function grown<T extends Int32Array | Uint32Array | Uint16Array>(values: T, larger: T): T {
  larger.set(values);
  return larger;
}
