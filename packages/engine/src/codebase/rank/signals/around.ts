import type { Scoring } from '../scoring.ts';

/** The file changed in the same commits as the likeliest ones. */
export function changedTogether({ index: { changes }, limit, leaders }: Scoring): Float32Array {
  const scores = new Float32Array(limit);
  for (const { file, score } of leaders) {
    const support = changes.commits[file] ?? 0;
    const end = changes.offsets[file + 1] ?? 0;
    for (let at = changes.offsets[file] ?? 0; at < end; at++) {
      const partner = changes.partners[at] ?? limit;
      if (partner >= limit) continue;
      scores[partner] = (scores[partner] ?? 0) + (score ** 2 * (changes.times[at] ?? 0)) / (3 + support);
    }
  }
  return scores;
}

/** The file stands beside the likeliest ones; less so in a directory of many. */
export function directory({ index: { names }, limit, leaders }: Scoring): Float32Array {
  const of = names.directory;
  const sums = new Float64Array(of.length);
  for (const { file, score } of leaders) add(sums, of[file] ?? 0, score);
  const sizes = new Float64Array(of.length);
  for (let file = 0; file < limit; file++) add(sizes, of[file] ?? 0, 1);
  const scores = new Float32Array(limit);
  for (let file = 0; file < limit; file++) {
    const sum = sums[of[file] ?? 0] ?? 0;
    if (sum > 0) scores[file] = sum / Math.sqrt(3 + (sizes[of[file] ?? 0] ?? 0));
  }
  return scores;
}

function add(sums: Float64Array, place: number, value: number): void {
  sums[place] = (sums[place] ?? 0) + value;
}
