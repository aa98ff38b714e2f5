import type { Scoring } from '../scoring.ts';

/** The file changed in the same commits as the likeliest ones. */
export function changedTogether({ index: { changes }, limit, leaders }: Scoring): Float32Array {
  const scores = new Float32Array(limit);
  for (const { file, score } of leaders) {
    const support = changes.commits[file] ?? 0;
    for (const [partner, times] of changes.partners[file] ?? [])
      if (partner < limit) scores[partner] = (scores[partner] ?? 0) + (score ** 2 * times) / (3 + support);
  }
  return scores;
}

/** The file stands beside the likeliest ones; less so in a directory of many. */
export function directory({ index: { names }, limit, leaders }: Scoring): Float32Array {
  const sums = new Map<string, number>();
  for (const { file, score } of leaders) {
    const path = names.directory[file] ?? '';
    sums.set(path, (sums.get(path) ?? 0) + score);
  }
  const sizes = new Map<string, number>();
  for (let file = 0; file < limit; file++) {
    const path = names.directory[file] ?? '';
    if (sums.has(path)) sizes.set(path, (sizes.get(path) ?? 0) + 1);
  }
  return Float32Array.from({ length: limit }, (_, file) => {
    const path = names.directory[file] ?? '';
    return (sums.get(path) ?? 0) / Math.sqrt(3 + (sizes.get(path) ?? 0));
  });
}
