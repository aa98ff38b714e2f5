import type { RankIndex } from '../rank-index.ts';
import type { Scoring } from '../scoring.ts';

/** The file defines names that the text uses; a name that many files define says little. */
export function defined({ index, query, limit }: Scoring): Float32Array {
  const scores = new Float32Array(limit);
  for (const { hash, weight } of query.names) {
    const files = filesDefining(index, hash);
    const gain = weight * Math.log(1 + index.groups.all / Math.max(1, files.length));
    for (const file of files) if (file < limit) scores[file] = (scores[file] ?? 0) + gain;
  }
  return scores;
}

/** The files that define a name, by `definedHashOf`. */
export function filesDefining({ defined: { hashes, offsets, files } }: RankIndex, hash: number): Uint32Array {
  let low = 0;
  let high = hashes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((hashes[middle] ?? 0) < hash) low = middle + 1;
    else high = middle;
  }
  return hashes[low] === hash ? files.subarray(offsets[low], offsets[low + 1]) : files.subarray(0, 0);
}
