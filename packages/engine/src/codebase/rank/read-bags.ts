import { readAscending, readDictionary, visitBags, type BagsVisitor } from '../terms/bags.ts';
import { createPostingsWriter, type Postings } from './postings.ts';
import type { ChunkTable, PairTable, RankIndex } from './rank-index.ts';
import type { TermTable } from './term-table.ts';

export interface BagTables {
  readonly body: Postings;
  readonly prose: Postings;
  readonly names: Postings;
  readonly defined: RankIndex['defined'];
  readonly pairs: PairTable;
}

/** The encoded bags of every file, in the order of the index, as its tables. Each dictionary is decoded once, the rest twice: to measure and to fill. */
export function readBags(bags: readonly Uint8Array[], chunks: ChunkTable, terms: TermTable): BagTables {
  const readers = bags.map((bytes) => {
    const reader = { bytes, at: 0 };
    const numbers = readDictionary(reader);
    for (let place = 0; place < numbers.length; place++) numbers[place] = terms.add(numbers[place] ?? 0);
    return { bytes, numbers, sections: reader.at };
  });
  const fields = {
    body: createPostingsWriter(terms.size),
    prose: createPostingsWriter(terms.size),
    names: createPostingsWriter(terms.size),
  };
  const lengths = {
    body: new Uint32Array(chunks.file.length),
    prose: new Uint32Array(bags.length),
    names: new Uint32Array(bags.length),
  };
  // What the visitors below are at: one visitor for all files keeps its calls of one shape.
  let file = 0;
  let document = 0;
  let numbers: Uint32Array = new Uint32Array();
  const visitAll = (visitor: BagsVisitor) =>
    readers.forEach((reader, at) => {
      file = at;
      numbers = reader.numbers;
      visitBags({ bytes: reader.bytes, at: reader.sections }, visitor);
    });

  const defined = createDefinedWriter();
  const pairs = createPairWriter(bags.length);
  visitAll({
    chunk: (chunk, length) => (lengths.body[(chunks.starts[file] ?? 0) + chunk] = length),
    chunkTerm: (place) => fields.body.measure(numbers[place] ?? 0),
    prose: (length) => (lengths.prose[file] = length),
    proseTerm: (place) => fields.prose.measure(numbers[place] ?? 0),
    names: (length) => (lengths.names[file] = length),
    nameTerm: (place) => fields.names.measure(numbers[place] ?? 0),
    defined: (hash) => defined.add(hash, file),
    pairs: (bytes, count) => pairs.add(file, bytes, count),
  });
  for (const field of Object.values(fields)) field.allocate();
  visitAll({
    chunk: (chunk) => (document = (chunks.starts[file] ?? 0) + chunk),
    chunkTerm: (place, count) => fields.body.put(numbers[place] ?? 0, document, count),
    prose: ignore,
    proseTerm: (place, count) => fields.prose.put(numbers[place] ?? 0, file, count),
    names: ignore,
    nameTerm: (place, count) => fields.names.put(numbers[place] ?? 0, file, count),
    defined: ignore,
    pairs: ignore,
  });
  return {
    body: fields.body.done(lengths.body),
    prose: fields.prose.done(lengths.prose),
    names: fields.names.done(lengths.names),
    defined: defined.done(),
    pairs: pairs.done(),
  };
}

function createDefinedWriter() {
  // A hash and a file in one number, so that sorting needs no objects: 32 and 21 bits.
  const scale = 2 ** 21;
  const rows: number[] = [];
  return {
    add: (hash: number, file: number) => rows.push(hash * scale + file),
    done(): RankIndex['defined'] {
      const sorted = Float64Array.from(rows).sort();
      const hashes: number[] = [];
      const offsets: number[] = [];
      sorted.forEach((row, at) => {
        const hash = Math.floor(row / scale);
        if (hashes.at(-1) === hash) return;
        hashes.push(hash);
        offsets.push(at);
      });
      offsets.push(sorted.length);
      return {
        hashes: Uint32Array.from(hashes),
        offsets: Uint32Array.from(offsets),
        files: Uint32Array.from(sorted, (row) => row % scale),
      };
    },
  };
}

function createPairWriter(files: number) {
  const sections: Uint8Array[] = Array.from({ length: files });
  const counts = new Uint32Array(files);
  return {
    add(file: number, bytes: Uint8Array, count: number) {
      sections[file] = bytes;
      counts[file] = count;
    },
    done(): PairTable {
      const offsets = new Uint32Array(files + 1);
      sections.forEach((section, file) => (offsets[file + 1] = (offsets[file] ?? 0) + section.length));
      const bytes = new Uint8Array(offsets[files] ?? 0);
      sections.forEach((section, file) => bytes.set(section, offsets[file]));
      return { bytes, offsets, counts, frequency: frequencyOf(bytes, counts) };
    },
  };
}

function frequencyOf(bytes: Uint8Array, counts: Uint32Array): Uint16Array {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const frequency = new Uint16Array(1 << Math.min(24, Math.max(12, Math.ceil(Math.log2(total * 2 + 1)))));
  const mask = frequency.length - 1;
  const reader = { bytes, at: 0 };
  for (const count of counts)
    readAscending(reader, count, (pair) => {
      frequency[pair & mask] = Math.min(65535, (frequency[pair & mask] ?? 0) + 1);
    });
  return frequency;
}

const ignore = () => {};
