import type { Mention } from '../mentions.ts';
import { modulePathOf } from '../name-table.ts';
import type { RankIndex } from '../rank-index.ts';
import type { Scoring } from '../scoring.ts';

/** The text names the file by path, link, dotted module or stack frame. Raw, at most 1.5. */
export function mentioned(scoring: Scoring): Float32Array {
  return capped(sumMentions(scoring, () => 1));
}

/** The file stands in a stack trace. */
export function framed(scoring: Scoring): Float32Array {
  return capped(sumMentions(scoring, ({ frame }) => (frame ? 1 : 0)));
}

/** The file stands near the point where the trace broke. */
export function brokeHere(scoring: Scoring): Float32Array {
  return capped(sumMentions(scoring, ({ frame, depth }) => (frame ? 1 / (1 + depth) : 0)));
}

function sumMentions({ index, query, limit }: Scoring, weigh: (mention: Mention) => number): Float32Array {
  const scores = new Float32Array(limit);
  for (const mention of query.mentions) {
    const weight = weigh(mention);
    if (weight === 0) continue;
    for (const [file, strength] of filesOf(mention, index, limit))
      scores[file] = (scores[file] ?? 0) + weight * strength;
  }
  return scores;
}

/** The files that a mention may mean, with how surely: by the longest run of last segments that any file shares. */
export function filesOf(mention: Mention, index: RankIndex, limit: number): Map<number, number> {
  if (mention.extension !== null) return filesOfPath(mention.segments, mention.extension, index, limit);
  // A dotted name may end in classes and methods: drop them one by one until a file is met.
  for (let end = mention.segments.length; end >= 2; end--) {
    const found = filesOfPath(mention.segments.slice(0, end), null, index, limit, 2);
    if (found.size > 0) return found;
  }
  return filesOfPath(mention.segments.slice(0, 1), null, index, limit, 1, 0.3);
}

function filesOfPath(
  segments: readonly string[],
  extension: string | null,
  index: RankIndex,
  limit: number,
  least = 1,
  scale = 1,
): Map<number, number> {
  const candidates = index.names.byModule.get((segments.at(-1) ?? '').toLowerCase()) ?? [];
  let best = 0;
  let found: number[] = [];
  for (const file of candidates) {
    if (file >= limit) continue;
    const path = index.files[file]?.path ?? '';
    if (extension !== null && !path.endsWith(extension)) continue;
    const shared = sharedSegments(modulePathOf(path), segments);
    if (shared < least || shared < best) continue;
    found = shared > best ? [file] : [...found, file];
    best = shared;
  }
  // One segment may be chance: it counts less the more files it fits.
  const strength = (scale * (best >= 2 ? Math.min(1.5, 0.75 + 0.25 * best) : 1)) / Math.sqrt(Math.max(1, found.length));
  return new Map(found.length > 12 ? [] : found.map((file) => [file, strength]));
}

function sharedSegments(path: readonly string[], segments: readonly string[]): number {
  let shared = 0;
  while (
    shared < segments.length &&
    shared < path.length &&
    path.at(-1 - shared)?.toLowerCase() === segments.at(-1 - shared)?.toLowerCase()
  )
    shared++;
  return shared;
}

function capped(scores: Float32Array): Float32Array {
  return scores.map((score) => Math.min(1.5, score));
}
