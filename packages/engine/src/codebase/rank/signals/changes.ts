import type { Scoring } from '../scoring.ts';
import { normalised, topOf } from '../scoring.ts';

/** How often the file changed, on a log scale: what changed often changes again. */
export function changed({ index: { changes }, limit }: Scoring): Float32Array {
  return Float32Array.from({ length: limit }, (_, file) => Math.log1p(changes.commits[file] ?? 0));
}

const leaders = 6;

/** The file changed together with those that are like the text best. */
export function changedTogether({ index: { changes }, limit, bestChunks, field }: Scoring): Float32Array {
  const scores = new Float32Array(limit);
  const body = normalised(bestChunks('boosted'));
  const history = normalised(field('history').title);
  const rough = body.map((score, file) => score + 0.5 * (history[file] ?? 0));
  topOf(rough, leaders).forEach((leader, rank) => {
    const support = changes.commits[leader] ?? 0;
    for (const [partner, times] of changes.partners[leader] ?? []) {
      if (partner >= limit) continue;
      scores[partner] = (scores[partner] ?? 0) + (((rough[leader] ?? 0) / (1 + 0.3 * rank)) * times) / (2 + support);
    }
  });
  return scores;
}
