import type { Scoring } from '../scoring.ts';
import { topOf } from '../scoring.ts';
import { ofIndex } from './of-index.ts';

/** How often the file changed, on a log scale: what changed often changes again. */
export const changed = ofIndex(({ files, changes }) =>
  Float32Array.from(files, (_, file) => Math.log1p(changes.commits[file] ?? 0)),
);

const likeliestCommits = 40;

/** The single commits that are most like the text touched the file. */
export const commits = (scoring: Scoring): Float32Array => spread(scoring, scoring.field('commits').boosted);
export const commitsByTitle = (scoring: Scoring): Float32Array => spread(scoring, scoring.field('commits').title);

// The square sharpens: one commit that is the text's twin says more than ten that share a word.
function spread({ index, limit }: Scoring, likeness: Float32Array): Float32Array {
  const { offsets, files } = index.commits;
  const scores = new Float32Array(limit);
  for (const commit of topOf(likeness, likeliestCommits)) {
    const touched = files.subarray(offsets[commit], offsets[commit + 1]);
    const gain = (likeness[commit] ?? 0) ** 2 / Math.sqrt(touched.length);
    for (const file of touched) if (file < limit) scores[file] = (scores[file] ?? 0) + gain;
  }
  return scores.map(Math.sqrt);
}
