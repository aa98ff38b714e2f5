import type { IndexedFile } from '../rank-index.ts';
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
export function directory({ index: { files }, limit, leaders }: Scoring): Float32Array {
  const sizes = new Map<string, number>();
  for (let file = 0; file < limit; file++)
    sizes.set(directoryOf(files[file]), (sizes.get(directoryOf(files[file])) ?? 0) + 1);
  const sums = new Map<string, number>();
  for (const { file, score } of leaders)
    sums.set(directoryOf(files[file]), (sums.get(directoryOf(files[file])) ?? 0) + score);
  return Float32Array.from({ length: limit }, (_, file) => {
    const path = directoryOf(files[file]);
    return (sums.get(path) ?? 0) / Math.sqrt(3 + (sizes.get(path) ?? 0));
  });
}

function directoryOf(file: IndexedFile | undefined): string {
  return file?.path.slice(0, Math.max(0, file.path.lastIndexOf('/'))) ?? '';
}
