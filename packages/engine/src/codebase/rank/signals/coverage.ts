import { idfOf } from '../bm25.ts';
import type { Scoring } from '../scoring.ts';

/** The share of the title's words, by how rare they are, that the file has anywhere. Raw, at most 1. */
export function coverageByTitle({ index, query, limit }: Scoring): Float32Array {
  const { body } = index.fields;
  const population = index.chunks.starts[limit] ?? 0;
  const scores = new Float32Array(limit);
  const seen = new Int32Array(limit);
  let sum = 0;
  query.terms.forEach((term, row) => {
    const number = index.terms.find(term.hash);
    const weight = term.title;
    if (number < 0 || weight === 0) return;
    const gain = weight * idfOf(body, number, population);
    sum += gain;
    const end = body.offsets[number + 1] ?? 0;
    for (let at = body.offsets[number] ?? 0; at < end; at++) {
      const file = index.chunks.file[body.documents[at] ?? 0] ?? limit;
      if (file >= limit) break;
      if (seen[file] === row + 1) continue;
      seen[file] = row + 1;
      scores[file] = (scores[file] ?? 0) + gain;
    }
  });
  return sum > 0 ? scores.map((score) => score / sum) : scores;
}
