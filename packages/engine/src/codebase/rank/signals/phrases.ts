import { readNumber } from '../../terms/varint.ts';
import type { Scoring } from '../scoring.ts';

/** Pairs of neighbouring words that the text and the file share, rare ones more, long files less. */
export function phrases({ index: { pairs, groups }, query, limit, shortlist }: Scoring): Float32Array {
  const scores = new Float32Array(limit);
  const mask = pairs.frequency.length - 1;
  const wanted = query.pairs.map(({ hash, title }) => ({
    hash,
    gain: (title ? 2 : 1) * Math.log(1 + groups.all / Math.max(1, pairs.frequency[hash & mask] ?? 1)),
  }));
  for (const file of shortlist()) {
    let at = 0;
    let sum = 0;
    const count = pairs.counts[file] ?? 0;
    // Both ascend. A loop and not a visitor: it runs over a million pairs a query.
    const reader = { bytes: pairs.bytes, at: pairs.offsets[file] ?? 0 };
    for (let place = 0, pair = 0; place < count && at < wanted.length; place++) {
      pair = (pair + readNumber(reader)) >>> 0;
      while ((wanted[at]?.hash ?? Infinity) < pair) at++;
      const one = wanted[at];
      if (one?.hash === pair) sum += one.gain;
    }
    scores[file] = sum / Math.log(40 + count);
  }
  return scores;
}
