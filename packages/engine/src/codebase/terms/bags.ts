import type { TermBags } from '../facts.ts';
import { createByteWriter, readNumber, type ByteReader } from './varint.ts';

/** The counts of one blob before they are written: term numbers are places in `dictionary`. */
export interface Bags {
  /** Hashes of the terms, ascending. */
  readonly dictionary: ArrayLike<number>;
  readonly chunks: readonly Bag[];
  /** Comments, strings and documents. */
  readonly prose: Bag;
  /** The names that the file defines, split. */
  readonly names: Bag;
  /** Hashes of the whole names that the file defines, ascending. */
  readonly defined: readonly number[];
  /** 24-bit hashes of neighbouring words, ascending, each once. */
  readonly pairs: ArrayLike<number>;
}

/** Term numbers ascending with their counts; `length` counts every occurrence. */
export interface Bag {
  readonly terms: ArrayLike<number>;
  readonly counts: ArrayLike<number>;
  readonly length: number;
}

/** Receives the sections of an encoded blob after its dictionary, in the order they are written. */
export interface BagsVisitor {
  chunk(chunk: number, length: number): void;
  readonly chunkTerm: (place: number, count: number) => void;
  prose(length: number): void;
  readonly proseTerm: (place: number, count: number) => void;
  names(length: number): void;
  readonly nameTerm: (place: number, count: number) => void;
  readonly defined: (hash: number) => void;
  pairs(bytes: Uint8Array, count: number): void;
}

/** dictionary, chunks, prose, names, defined, pairs; each a count followed by gaps, so most numbers take one byte. */
export function encodeBags(bags: Bags): TermBags {
  const writer = createByteWriter(4096);
  const ascending = (values: ArrayLike<number>) => {
    writer.put(values.length);
    let last = 0;
    for (let at = 0; at < values.length; at++) {
      const value = values[at] ?? 0;
      writer.put(value - last);
      last = value;
    }
  };
  const bag = ({ terms, counts, length }: Bag) => {
    writer.put(length);
    writer.put(terms.length);
    let last = 0;
    for (let at = 0; at < terms.length; at++) {
      const term = terms[at] ?? 0;
      const count = counts[at] ?? 1;
      // Most terms occur once: the gap's lowest bit says so, and no count follows.
      writer.put(((term - last) << 1) | (count > 1 ? 1 : 0));
      if (count > 1) writer.put(count);
      last = term;
    }
  };

  ascending(bags.dictionary);
  writer.put(bags.chunks.length);
  for (const chunk of bags.chunks) bag(chunk);
  bag(bags.prose);
  bag(bags.names);
  ascending(bags.defined);
  ascending(bags.pairs);
  return writer.done();
}

/** The hashes of a blob's terms, ascending: terms are places among them. The reader then stands before the sections. */
export function readDictionary(reader: ByteReader): Uint32Array {
  const dictionary = new Uint32Array(readNumber(reader));
  let hash = 0;
  for (let place = 0; place < dictionary.length; place++) {
    hash = (hash + readNumber(reader)) >>> 0;
    dictionary[place] = hash;
  }
  return dictionary;
}

/** Reads the sections that follow the dictionary. */
export function visitBags(reader: ByteReader, visitor: BagsVisitor): void {
  const chunks = readNumber(reader);
  for (let chunk = 0; chunk < chunks; chunk++) {
    visitor.chunk(chunk, readNumber(reader));
    readBag(reader, visitor.chunkTerm);
  }
  visitor.prose(readNumber(reader));
  readBag(reader, visitor.proseTerm);
  visitor.names(readNumber(reader));
  readBag(reader, visitor.nameTerm);
  readAscending(reader, readNumber(reader), visitor.defined);
  const pairs = readNumber(reader);
  visitor.pairs(reader.bytes.subarray(reader.at), pairs);
}

/** Reads `count` ascending numbers from gaps. */
export function readAscending(reader: ByteReader, count: number, visit: (value: number, place: number) => void): void {
  let value = 0;
  for (let place = 0; place < count; place++) {
    value = (value + readNumber(reader)) >>> 0;
    visit(value, place);
  }
}

function readBag(reader: ByteReader, visit: (place: number, count: number) => void): void {
  const size = readNumber(reader);
  let place = 0;
  for (let at = 0; at < size; at++) {
    const gap = readNumber(reader);
    place += gap >>> 1;
    visit(place, (gap & 1) === 1 ? readNumber(reader) : 1);
  }
}
