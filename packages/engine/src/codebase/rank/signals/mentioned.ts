import type { Mention } from '../mentions.ts';
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
  const byBase = filesByBase(index, limit);
  for (const mention of query.mentions) {
    const weight = weigh(mention);
    if (weight === 0) continue;
    for (const [file, strength] of filesOf(mention, byBase, index))
      scores[file] = (scores[file] ?? 0) + weight * strength;
  }
  return scores;
}

/** The files that a mention may mean, with how surely: by the longest run of last segments that any file shares. */
export function filesOf(
  mention: Mention,
  byBase: ReadonlyMap<string, readonly number[]>,
  index: RankIndex,
): Map<number, number> {
  if (mention.extension !== null) return filesOfPath(mention.segments, mention.extension, byBase, index);
  // A dotted name may end in classes and methods: drop them one by one until a file is met.
  for (let end = mention.segments.length; end >= 2; end--) {
    const found = filesOfPath(mention.segments.slice(0, end), null, byBase, index, 2);
    if (found.size > 0) return found;
  }
  return filesOfPath(mention.segments.slice(0, 1), null, byBase, index, 1, 0.3);
}

function filesOfPath(
  segments: readonly string[],
  extension: string | null,
  byBase: ReadonlyMap<string, readonly number[]>,
  index: RankIndex,
  least = 1,
  scale = 1,
): Map<number, number> {
  const candidates = byBase.get((segments.at(-1) ?? '').toLowerCase()) ?? [];
  let best = 0;
  let found: number[] = [];
  for (const file of candidates) {
    const path = index.files[file]?.path ?? '';
    if (extension !== null && !path.endsWith(extension)) continue;
    const shared = sharedSegments(modulePath(path), segments);
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

// `pkg/__init__.py` and `pkg/index.ts` answer to `pkg` as well.
function filesByBase(index: RankIndex, limit: number): Map<string, number[]> {
  const byBase = new Map<string, number[]>();
  for (let file = 0; file < limit; file++) {
    const key =
      modulePath(index.files[file]?.path ?? '')
        .at(-1)
        ?.toLowerCase() ?? '';
    const known = byBase.get(key);
    if (known === undefined) byBase.set(key, [file]);
    else known.push(file);
  }
  return byBase;
}

function modulePath(path: string): string[] {
  const segments = path.split('/');
  const name = segments.pop() ?? '';
  const dot = name.lastIndexOf('.');
  const base = dot > 0 ? name.slice(0, dot) : name;
  return base === '__init__' && segments.length > 0 ? segments : [...segments, base];
}

function capped(scores: Float32Array): Float32Array {
  return scores.map((score) => Math.min(1.5, score));
}
