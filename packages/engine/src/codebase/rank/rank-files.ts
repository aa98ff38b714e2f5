import { parseQuery, type Query } from './query.ts';
import type { RankIndex } from './rank-index.ts';
import { createScoring, normalised, type Scoring } from './scoring.ts';
import { signals, type SignalName } from './signals/index.ts';
import { weights } from './weights.ts';

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
  const order = orderFiles(columns, scoring, options.accepts ?? (() => true)).slice(0, limit);
  return { query, scoring, files: order.map(([file, score]) => ({ file, score, parts: partsOf(file, columns) })) };
}

export interface SignalColumn {
  readonly signal: string;
  readonly weight: number;
  readonly values: Float32Array;
}

/** Every signal with a weight, normalised as it says. */
export function scoreSignals(scoring: Scoring, weigh: Readonly<Record<SignalName, number>>): SignalColumn[] {
  return signals
    .filter(({ name }) => weigh[name] !== 0)
    .map((signal) => {
      const values = signal.score(scoring);
      return { signal: signal.name, weight: weigh[signal.name], values: 'raw' in signal ? values : normalised(values) };
    });
}

// What a file is, whatever the text says: no reason to be found.
const priors = new Set<string>(['language', 'sideLanguage', 'notCode', 'changed'] satisfies SignalName[]);

function orderFiles(
  columns: readonly SignalColumn[],
  { limit, index }: Scoring,
  accepts: (file: number) => boolean,
): [number, number][] {
  const rows: [number, number][] = [];
  for (let file = 0; file < limit; file++) {
    if (!accepts(file)) continue;
    let score = 0;
    let isMatched = false;
    for (const { signal, weight, values } of columns) {
      const value = values[file] ?? 0;
      score += weight * value;
      if (value > 0 && !priors.has(signal)) isMatched = true;
    }
    if (isMatched) rows.push([file, score]);
  }
  const path = (file: number) => index.files[file]?.path ?? '';
  return rows.sort((a, b) => b[1] - a[1] || (path(a[0]) < path(b[0]) ? -1 : 1));
}

function partsOf(file: number, columns: readonly SignalColumn[]): RankedFile['parts'] {
  return columns
    .map(({ signal, weight, values }) => ({ signal, value: weight * (values[file] ?? 0) }))
    .filter(({ value }) => value !== 0)
    .toSorted((a, b) => b.value - a.value);
}
