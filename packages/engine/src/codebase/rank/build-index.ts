import { symbolKinds } from '@yudai/contract/symbol-kinds';
import type { BlobFacts, Definition, SnapshotEntry } from '../facts.ts';
import { hashOf } from '../terms/hash.ts';
import { namesIn, termsOfName } from '../terms/words.ts';
import type { FileHistory } from './history.ts';
import { nameTableOf } from './name-table.ts';
import { buildPostings, type EmitPosting, type Postings } from './postings.ts';
import type { ChunkTable, IndexedFile, RankIndex, SymbolTable } from './rank-index.ts';
import { readBags } from './read-bags.ts';
import { createTermTable, type TermTable } from './term-table.ts';

export type RankedEntry = Pick<SnapshotEntry, 'path' | 'blob' | 'language' | 'category' | 'lines' | 'tokens'>;
export type RankedFacts = Pick<BlobFacts, 'definitions' | 'chunks' | 'terms'>;

export interface RankIndexBuilder {
  /** Files may come in any order; the index orders them by path. Only the encoded bags are kept until `finish`. */
  add(entry: RankedEntry, facts: RankedFacts): void;
  finish(history?: FileHistory): RankIndex;
}

interface Added {
  readonly file: IndexedFile;
  readonly group: number;
  readonly bags: Uint8Array;
  readonly chunks: Uint32Array;
  readonly symbols: PackedSymbols;
}

interface PackedSymbols {
  readonly rows: Uint32Array;
}

const symbolColumns = 5;
const kindNumbers = new Map(symbolKinds.map((kind, number) => [kind, number]));
const emptyBags = new Uint8Array(8);

export function createRankIndexBuilder(): RankIndexBuilder {
  const added: Added[] = [];
  const strings = createStringTable();
  return {
    add({ path, blob, language, category, lines, tokens }, { definitions, chunks, terms }) {
      added.push({
        file: { path, blob, language, category, lines, tokens },
        group: groupOf(category),
        bags: terms === undefined ? emptyBags : terms.slice(),
        chunks: Uint32Array.from(chunks.flatMap(({ startLine, endLine }) => [startLine, endLine])),
        symbols: packSymbols(definitions, strings),
      });
    },
    finish(history) {
      added.sort((a, b) => a.group - b.group || (a.file.path < b.file.path ? -1 : 1));
      return assemble(added, strings.all, history);
    },
  };
}

function groupOf(category: IndexedFile['category']): number {
  if (category === 'test') return 2;
  return category === 'source' || category === 'web' || category === 'scripts' ? 0 : 1;
}

function assemble(added: readonly Added[], strings: readonly string[], history: FileHistory | undefined): RankIndex {
  const files = added.map(({ file }) => file);
  const chunks = tableOfChunks(added);
  const terms = createTermTable(1 << 16);
  const { body, prose, names, defined, pairs } = readBags(
    added.map(({ bags }) => bags),
    chunks,
    terms,
  );
  const count = (group: number) => added.reduce((sum, one) => sum + (one.group <= group ? 1 : 0), 0);
  const path = postingsOfBags(
    files.map(({ path }) => countPath(path)),
    terms,
  );
  const historyBags = files.map((file) => history?.words.get(file.path) ?? new Map<number, number>());
  return {
    files,
    groups: { code: count(0), offered: count(1), all: added.length },
    chunks,
    symbols: tableOfSymbols(added, strings),
    terms,
    fields: {
      body,
      prose,
      names,
      path,
      history: postingsOfBags(historyBags, terms),
      commits: postingsOfBags(
        (history?.commits ?? []).map(({ words }) => words),
        terms,
      ),
    },
    defined,
    pairs,
    names: nameTableOf(files),
    commits: filesOfCommits(files, history),
    changes: changesOf(files, history),
  };
}

function postingsOfBags(bags: readonly ReadonlyMap<number, number>[], terms: TermTable): Postings {
  const lengths = Uint32Array.from(bags, (bag) => bag.values().reduce((sum, count) => sum + count, 0));
  for (const bag of bags) for (const hash of bag.keys()) terms.add(hash);
  const each = (emit: EmitPosting) =>
    bags.forEach((bag, file) => bag.forEach((count, hash) => emit(terms.find(hash), file, count)));
  return buildPostings(terms.size, lengths, each);
}

function countPath(path: string): Map<number, number> {
  const counts = new Map<number, number>();
  for (const name of namesIn(path)) {
    const { whole, stems } = termsOfName(name);
    for (const term of whole === null ? stems : [whole, ...stems]) {
      const hash = hashOf(term);
      counts.set(hash, (counts.get(hash) ?? 0) + 1);
    }
  }
  return counts;
}

function tableOfChunks(added: readonly Added[]): ChunkTable {
  const total = added.reduce((sum, { chunks }) => sum + chunks.length / 2, 0);
  const table = {
    starts: new Uint32Array(added.length + 1),
    file: new Uint32Array(total),
    startLine: new Uint32Array(total),
    endLine: new Uint32Array(total),
  };
  let at = 0;
  added.forEach(({ chunks }, file) => {
    table.starts[file] = at;
    for (let row = 0; row < chunks.length; row += 2, at++) {
      table.file[at] = file;
      table.startLine[at] = chunks[row] ?? 1;
      table.endLine[at] = chunks[row + 1] ?? 1;
    }
  });
  table.starts[added.length] = at;
  return table;
}

function tableOfSymbols(added: readonly Added[], strings: readonly string[]): SymbolTable {
  const total = added.reduce((sum, { symbols }) => sum + symbols.rows.length / symbolColumns, 0);
  const column = () => new Uint32Array(total);
  const table = {
    starts: new Uint32Array(added.length + 1),
    startLine: column(),
    endLine: column(),
    name: column(),
    container: column(),
  };
  const kind = new Uint8Array(total);
  let at = 0;
  added.forEach(({ symbols: { rows } }, file) => {
    table.starts[file] = at;
    for (let row = 0; row < rows.length; row += symbolColumns, at++) {
      table.startLine[at] = rows[row] ?? 1;
      table.endLine[at] = rows[row + 1] ?? 1;
      kind[at] = rows[row + 2] ?? 0;
      table.name[at] = rows[row + 3] ?? 0;
      table.container[at] = rows[row + 4] ?? 0;
    }
  });
  table.starts[added.length] = at;
  return { ...table, kind, strings };
}

function packSymbols(definitions: readonly Definition[], strings: ReturnType<typeof createStringTable>): PackedSymbols {
  const rows = new Uint32Array(definitions.length * symbolColumns);
  definitions.forEach(({ startLine, endLine, kind, name, container }, row) => {
    rows.set(
      [startLine, endLine, kindNumbers.get(kind) ?? 0, strings.number(name), strings.number(container)],
      row * symbolColumns,
    );
  });
  return { rows };
}

function filesOfCommits(files: readonly IndexedFile[], history: FileHistory | undefined): RankIndex['commits'] {
  const numbers = new Map(files.map(({ path }, file) => [path, file]));
  const touched = (history?.commits ?? []).map(({ paths }) => paths.flatMap((path) => numbers.get(path) ?? []));
  const offsets = new Uint32Array(touched.length + 1);
  touched.forEach((commit, at) => (offsets[at + 1] = (offsets[at] ?? 0) + commit.length));
  return { offsets, files: Uint32Array.from(touched.flat()) };
}

function changesOf(files: readonly IndexedFile[], history: FileHistory | undefined): RankIndex['changes'] {
  const numbers = new Map(files.map(({ path }, file) => [path, file]));
  const partners: (Map<number, number> | undefined)[] = files.map(() => undefined);
  for (const paths of history?.together ?? []) {
    const touched = paths.flatMap((path) => numbers.get(path) ?? []);
    for (const one of touched)
      for (const other of touched) {
        if (one === other) continue;
        const known = (partners[one] ??= new Map<number, number>());
        known.set(other, (known.get(other) ?? 0) + 1 / (touched.length - 1));
      }
  }
  const offsets = new Uint32Array(files.length + 1);
  partners.forEach((known, file) => (offsets[file + 1] = (offsets[file] ?? 0) + (known?.size ?? 0)));
  const rows = partners.flatMap((known) => [...(known ?? [])]);
  return {
    commits: Uint32Array.from(files, ({ path }) => history?.changes.get(path) ?? 0),
    offsets,
    partners: Uint32Array.from(rows, ([partner]) => partner),
    times: Float64Array.from(rows, ([, times]) => times),
  };
}

function createStringTable() {
  const numbers = new Map<string, number>();
  const all: string[] = [];
  return {
    all,
    number(value: string): number {
      const known = numbers.get(value);
      if (known !== undefined) return known;
      numbers.set(value, all.length);
      return all.push(value) - 1;
    },
  };
}
