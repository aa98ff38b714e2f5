import { parseQuery, type Query } from './query.ts';
import type { RankIndex } from './rank-index.ts';
import { createScoring, normalised, topOf, type Scoring } from './scoring.ts';
import { signals, type SignalName } from './signals/index.ts';
import { weightOf, weights } from './weights.ts';

export interface RankOptions {
  /** Tests take part only when asked for. */
  readonly tests?: boolean;
  /** Only these files take part; all by default. */
  readonly accepts?: (file: number) => boolean;
  readonly weights?: Readonly<Record<SignalName, number>>;
  /** Signals from outside the index, such as nearness of vectors; normalised like the others. */
  readonly extra?: readonly ExtraSignal[];
}

export interface ExtraSignal {
  readonly signal: string;
  readonly weight: number;
  readonly values: Float32Array;
}

export interface RankedFile {
  readonly file: number;
  readonly score: number;
  /** What each signal added, largest first; signals that added nothing are left out. */
  readonly parts: readonly { readonly signal: string; readonly value: number }[];
}

export interface FileRanking {
  readonly query: Query;
  readonly scoring: Scoring;
  /** Best first; a file without a single word of the query is not there. */
  readonly files: readonly RankedFile[];
}

/** Files by how likely a text is about them. The same index and text always give the same order. */
export function rankFiles(index: RankIndex, text: string, limit: number, options: RankOptions = {}): FileRanking {
  const query = parseQuery(text);
  const scoring = createScoring(index, query, options.tests === true ? index.groups.all : index.groups.offered);
  const extra = (options.extra ?? []).map((column) => ({ ...column, values: normalised(column.values) }));
  const columns = [...scoreSignals(scoring, options.weights ?? weights), ...extra];
  const order = orderFiles(columns, scoring, limit, options.accepts ?? (() => true));
  return { query, scoring, files: order.map(([file, score]) => ({ file, score, parts: partsOf(file, columns) })) };
}

export interface SignalColumn {
  readonly signal: string;
  readonly weight: number;
  readonly values: Float32Array;
}

// What a file is, whatever the text says: no reason to be found.
const priors = new Set<string>(['language', 'sideLanguage', 'notCode', 'changed'] satisfies SignalName[]);

const leaders = 8;

/** Every signal with a weight, normalised as it says: those of single files first, then those that look around the best of them. */
export function scoreSignals(scoring: Scoring, weigh: Readonly<Record<SignalName, number>>): SignalColumn[] {
  const columns = (around: boolean) =>
    signals
      .filter((signal) => weigh[signal.name] !== 0 && 'around' in signal === around)
      .map((signal) => {
        const values = signal.score(scoring);
        return {
          signal: signal.name,
          weight: weigh[signal.name],
          values: 'raw' in signal ? values : normalised(values),
        };
      });
  const alone = columns(false);
  scoring.leaders = leadersOf(alone, scoring.limit);
  return [...alone, ...columns(true)];
}

function leadersOf(columns: readonly SignalColumn[], limit: number): Scoring['leaders'] {
  const scores = new Float32Array(limit);
  for (const { signal, values } of columns) {
    const weight = weightOf(signal);
    for (let file = 0; file < limit; file++) scores[file] = (scores[file] ?? 0) + weight * (values[file] ?? 0);
  }
  const isMatched = matchesOf(columns, limit);
  for (let file = 0; file < limit; file++) if (isMatched[file] === 0) scores[file] = 0;
  const best = topOf(scores, leaders);
  const most = scores[best[0] ?? 0] ?? 1;
  return best.map((file) => ({ file, score: (scores[file] ?? 0) / most }));
}

/** 1 for files that the text says something about. */
function matchesOf(columns: readonly SignalColumn[], limit: number): Uint8Array {
  const isMatched = new Uint8Array(limit);
  for (const { signal, values } of columns) {
    if (priors.has(signal)) continue;
    for (let file = 0; file < limit; file++) if ((values[file] ?? 0) > 0) isMatched[file] = 1;
  }
  return isMatched;
}

/** The best `count` files with their scores, by path among equals. */
function orderFiles(
  columns: readonly SignalColumn[],
  { limit, index }: Scoring,
  count: number,
  accepts: (file: number) => boolean,
): [number, number][] {
  const isMatched = matchesOf(columns, limit);
  const scores = new Float64Array(limit);
  for (const { weight, values } of columns)
    for (let file = 0; file < limit; file++) scores[file] = (scores[file] ?? 0) + weight * (values[file] ?? 0);
  for (let file = 0; file < limit; file++) if (isMatched[file] === 0 || !accepts(file)) scores[file] = -Infinity;
  const path = (file: number) => index.files[file]?.path ?? '';
  const order = topOf(scores, count, -Infinity, (file, other) => path(file) < path(other));
  return order.map((file) => [file, scores[file] ?? 0]);
}

function partsOf(file: number, columns: readonly SignalColumn[]): RankedFile['parts'] {
  return columns
    .map(({ signal, weight, values }) => ({ signal, value: weight * (values[file] ?? 0) }))
    .filter(({ value }) => value !== 0)
    .toSorted((a, b) => b.value - a.value);
}
