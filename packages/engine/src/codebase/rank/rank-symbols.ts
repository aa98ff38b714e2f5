import type { SymbolKind } from '@yudai/contract';
import { symbolKinds } from '@yudai/contract';
import { definedHashOf } from '../terms/index.ts';
import { termsOfName } from '../terms/words.ts';
import type { FileRanking } from './rank-files.ts';
import type { RankedSymbol, RankIndex } from './rank-index.ts';

/** A stretch of a ranked file, and the definition it belongs to. */
export interface RankedRange {
  readonly file: number;
  readonly startLine: number;
  readonly endLine: number;
  readonly symbol: RankedSymbol | null;
  readonly score: number;
}

const filesLookedInto = 30;
const rangeWeights = { file: 0.35, body: 1.5, title: 0.8, code: 0.4, named: 0.3, frame: 0.8 };

/**
 * The stretches of the best files that the text is most about, best first, each definition once. A chunk stands for the innermost
 * definition it starts in or begins.
 */
export function rankRanges({ scoring, files, query }: FileRanking, limit: number): RankedRange[] {
  const { index } = scoring;
  const best = files[0]?.score ?? 0;
  const looked = files.slice(0, filesLookedInto);
  const { boosted, title, code } = scoring.field('body');
  const most = { body: 0, title: 0, code: 0 };
  for (const { file } of looked)
    for (const chunk of chunksOf(index, file)) {
      most.body = Math.max(most.body, boosted[chunk] ?? 0);
      most.title = Math.max(most.title, title[chunk] ?? 0);
      most.code = Math.max(most.code, code[chunk] ?? 0);
    }
  const part = (scores: Float32Array, chunk: number, largest: number) =>
    largest > 0 ? (scores[chunk] ?? 0) / largest : 0;
  const named = new Map(query.names.map(({ hash, weight }) => [hash, weight]));

  const ranges = new Map<string, RankedRange>();
  for (const { file, score } of looked) {
    for (const chunk of chunksOf(index, file)) {
      const startLine = index.chunks.startLine[chunk] ?? 1;
      const endLine = index.chunks.endLine[chunk] ?? startLine;
      const symbol = symbolAt(index, file, startLine, endLine);
      const name = symbol === null ? 0 : (named.get(definedHashOf(symbol.name)) ?? 0);
      const total =
        rangeWeights.file * (score - best) +
        rangeWeights.body * part(boosted, chunk, most.body) +
        rangeWeights.title * part(title, chunk, most.title) +
        rangeWeights.code * part(code, chunk, most.code) +
        rangeWeights.named * name;
      const key =
        symbol === null ? `${file}:${startLine}` : `${file}:${symbol.container}.${symbol.name}:${symbol.startLine}`;
      const known = ranges.get(key);
      if (known === undefined || known.score < total)
        ranges.set(key, { file, startLine, endLine, symbol, score: total });
    }
  }
  const sorted = [...ranges.values()]
    .toSorted((a, b) => b.score - a.score || a.file - b.file || a.startLine - b.startLine)
    .slice(0, limit);
  const worth = worthOfNames(query, named);
  return sorted.map((range, place) => (place < rangesLabelled ? labelled(index, range, worth) : range));
}

// Choosing among the definitions of a chunk stems their names, so it is done for what may be shown.
const rangesLabelled = 60;

/** The range with the definition of its lines that the text speaks of; the first one, when it speaks of none. */
function labelled(index: RankIndex, range: RankedRange, worth: (name: string) => number): RankedRange {
  let best = range.symbol;
  let most = best === null ? 0 : worth(best.name);
  for (const symbol of symbolsWithin(index, range.file, range.startLine, range.endLine)) {
    const value = worth(symbol.name);
    if (value <= most) continue;
    best = symbol;
    most = value;
  }
  return best === range.symbol ? range : { ...range, symbol: best };
}

/** How much a text speaks of a name: as it is written, then by the share of its words that the text has. */
function worthOfNames(query: FileRanking['query'], named: ReadonlyMap<number, number>): (name: string) => number {
  const terms = new Set(query.terms.map(({ term }) => term));
  return (name) => {
    const { stems } = termsOfName(name);
    const shared = stems.filter((stem) => terms.has(stem)).length;
    return 2 * (named.get(definedHashOf(name)) ?? 0) + (stems.length === 0 ? 0 : shared / stems.length) + shared / 10;
  };
}

/** The first definition that starts in the lines, or the innermost one around them. */
export function symbolAt(index: RankIndex, file: number, startLine: number, endLine: number): RankedSymbol | null {
  const { starts, startLine: from, endLine: to } = index.symbols;
  let around = -1;
  const end = starts[file + 1] ?? 0;
  for (let symbol = starts[file] ?? 0; symbol < end; symbol++) {
    const start = from[symbol] ?? 0;
    if (start > endLine) break;
    if (start >= startLine) return symbolOf(index, symbol);
    if ((to[symbol] ?? 0) >= startLine) around = symbol;
  }
  return around < 0 ? null : symbolOf(index, around);
}

/** The definitions that start in the lines. */
function* symbolsWithin(index: RankIndex, file: number, startLine: number, endLine: number): Iterable<RankedSymbol> {
  const { starts, startLine: from } = index.symbols;
  const end = starts[file + 1] ?? 0;
  for (let symbol = starts[file] ?? 0; symbol < end && (from[symbol] ?? 0) <= endLine; symbol++) {
    if ((from[symbol] ?? 0) >= startLine) yield symbolOf(index, symbol);
  }
}

export function symbolOf({ symbols }: RankIndex, symbol: number): RankedSymbol {
  return {
    name: symbols.strings[symbols.name[symbol] ?? 0] ?? '',
    container: symbols.strings[symbols.container[symbol] ?? 0] ?? '',
    kind: kindOf(symbols.kind[symbol] ?? 0),
    startLine: symbols.startLine[symbol] ?? 1,
    endLine: symbols.endLine[symbol] ?? 1,
  };
}

function kindOf(kind: number): SymbolKind {
  return symbolKinds[kind] ?? 'function';
}

function* chunksOf({ chunks: { starts } }: RankIndex, file: number): Iterable<number> {
  const end = starts[file + 1] ?? 0;
  for (let chunk = starts[file] ?? 0; chunk < end; chunk++) yield chunk;
}
