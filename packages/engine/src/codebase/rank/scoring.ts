import { scoreFields } from './bm25.ts';
import type { Query } from './query.ts';
import type { RankIndex } from './rank-index.ts';

/** What the signals of one query share: each field is scored once, however many signals read it. */
export interface Scoring {
  readonly index: RankIndex;
  readonly query: Query;
  /** Files [0, limit) take part. */
  readonly limit: number;
  readonly field: (name: FieldName) => FieldScores;
  /** Scores of `field('body')` summed over each file's best three chunks: 1, ½, ¼. */
  readonly bestChunks: (weighting: keyof FieldScores) => Float32Array;
  /** The files that a costly signal looks at, best first by body and history. */
  readonly shortlist: () => readonly number[];
  /** The likeliest files by the signals that look at one file alone, best first, the best scoring 1. Set once those are known. */
  leaders: readonly { readonly file: number; readonly score: number }[];
}

export type FieldName = keyof RankIndex['fields'];

/** Scores per document of a field under three weightings: the whole text with title ×3 and code ×1.5, the title, the code. */
export interface FieldScores {
  readonly boosted: Float32Array;
  readonly title: Float32Array;
  readonly code: Float32Array;
}

const parameters: Record<FieldName, { readonly k1: number; readonly b: number }> = {
  body: { k1: 1.2, b: 0.75 },
  prose: { k1: 1.2, b: 0.6 },
  names: { k1: 1.2, b: 0.5 },
  path: { k1: 1.2, b: 0.5 },
  history: { k1: 1.2, b: 0.4 },
  commits: { k1: 1.2, b: 0.5 },
};
const shortlistLength = 200;

export function createScoring(index: RankIndex, query: Query, limit: number): Scoring {
  const weighted = query.terms
    .map((term) => ({ ...term, number: index.terms.find(term.hash) }))
    .filter(({ number }) => number >= 0);
  const numbers = weighted.map(({ number }) => number);
  const weights = [
    Float64Array.from(weighted, ({ all, title, code }) => all + 2 * title + 0.5 * code),
    Float64Array.from(weighted, ({ title }) => title),
    Float64Array.from(weighted, ({ code }) => code),
  ];
  const fields = new Map<FieldName, FieldScores>();
  const best = new Map<keyof FieldScores, Float32Array>();
  let shortlist: readonly number[] | undefined;

  const scoring: Scoring = {
    index,
    query,
    limit,
    field(name) {
      const known = fields.get(name);
      if (known !== undefined) return known;
      const [boosted = none, title = none, code = none] = scoreFields(
        index.fields[name],
        { ...parameters[name], population: populationOf(index, name) },
        numbers,
        weights,
        documentsOf(index, name, limit),
      );
      const scores = { boosted, title, code };
      fields.set(name, scores);
      return scores;
    },
    bestChunks(weighting) {
      const known = best.get(weighting);
      if (known !== undefined) return known;
      const scores = sumBestChunks(scoring.field('body')[weighting], index, limit);
      best.set(weighting, scores);
      return scores;
    },
    leaders: [],
    shortlist() {
      shortlist ??= shortlistOf(scoring);
      return shortlist;
    },
  };
  return scoring;
}

/** The documents that are scored. Tests always are, for what they say of the files they test; a commit belongs to no file. */
function documentsOf(index: RankIndex, field: FieldName, limit: number): number {
  if (field === 'body') return index.chunks.file.length;
  return field === 'commits' ? index.fields.commits.lengths.length : limit;
}

/** The documents whose words are counted for rarity: code, so that tests and documents do not make its words common. */
function populationOf(index: RankIndex, field: FieldName): number {
  const files = index.groups.code || index.groups.all;
  if (field === 'body') return index.chunks.starts[files] ?? 0;
  return field === 'commits' ? index.fields.commits.lengths.length : files;
}

const none = new Float32Array();

function sumBestChunks(scores: Float32Array, index: RankIndex, limit: number): Float32Array {
  const sums = new Float32Array(limit);
  for (let file = 0; file < limit; file++) sums[file] = bestChunksOf(scores, index, file);
  return sums;
}

/** A file's best three chunks: the first counts whole, the second half, the third a quarter. */
export function bestChunksOf(scores: Float32Array, { chunks: { starts } }: RankIndex, file: number): number {
  let [first, second, third] = [0, 0, 0];
  const end = starts[file + 1] ?? 0;
  for (let chunk = starts[file] ?? 0; chunk < end; chunk++) {
    const score = scores[chunk] ?? 0;
    if (score <= third) continue;
    if (score > first) [first, second, third] = [score, first, second];
    else if (score > second) [second, third] = [score, second];
    else third = score;
  }
  return first + second / 2 + third / 4;
}

function shortlistOf(scoring: Scoring): number[] {
  const body = normalised(scoring.bestChunks('boosted'));
  const history = normalised(scoring.field('history').title);
  const rough = body.map((score, file) => score + 0.5 * (history[file] ?? 0));
  return topOf(rough, shortlistLength);
}

/** Divided by the largest, so that the best is 1. */
export function normalised(scores: Float32Array): Float32Array {
  // Plain loops here and below: with a callback per value they took a third of a search.
  let largest = 0;
  for (let place = 0; place < scores.length; place++) largest = Math.max(largest, scores[place] ?? 0);
  if (largest === 0) return scores;
  const shares = new Float32Array(scores.length);
  for (let place = 0; place < scores.length; place++) shares[place] = (scores[place] ?? 0) / largest;
  return shares;
}

// Above this, sorting all is faster than keeping the best in order.
const keptInOrder = 1000;

/**
 * The places of the largest `count` values above `least`, largest first; among equals those that `isFirst` puts first, by default the
 * earlier ones.
 */
export function topOf(
  scores: Float32Array | Float64Array,
  count: number,
  least = 0,
  isFirst: (place: number, other: number) => boolean = isEarlier,
): number[] {
  const isBefore = (place: number, other: number): boolean => {
    const [score, otherScore] = [scores[place] ?? 0, scores[other] ?? 0];
    return score > otherScore || (score === otherScore && isFirst(place, other));
  };
  const best: number[] = [];
  let lowest = least;
  for (let place = 0; place < scores.length; place++) {
    const score = scores[place] ?? 0;
    if (score <= least || score < lowest) continue;
    if (count > keptInOrder) {
      best.push(place);
      continue;
    }
    insertInOrder(best, place, isBefore);
    if (best.length > count) best.pop();
    if (best.length === count) lowest = scores[best.at(-1) ?? 0] ?? 0;
  }
  if (count > keptInOrder) best.sort((a, b) => (isBefore(a, b) ? -1 : 1));
  return best.length > count ? best.slice(0, count) : best;
}

function isEarlier(place: number, other: number): boolean {
  return place < other;
}

function insertInOrder(places: number[], place: number, isBefore: (place: number, other: number) => boolean): void {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(places[middle] ?? 0, place)) low = middle + 1;
    else high = middle;
  }
  places.splice(low, 0, place);
}
