import { documentsWith, type Postings } from './postings.ts';

/** How one field is scored. Document frequencies and the mean length come from the documents below `population`. */
export interface Bm25 {
  readonly k1: number;
  readonly b: number;
  readonly population: number;
}

/** A term of the field with its weight in the query. */
export interface WeightedTerm {
  readonly term: number;
  readonly weight: number;
}

/**
 * BM25 of the documents below `limit` for several weightings of one query at once: one pass over the postings. `weights[i]` holds
 * the weight of each of `terms` in weighting i. Scores are the sum over terms of weight × idf × tf·(k1+1) / (tf + k1·(1−b+b·length/mean)),
 * idf = ln(1 + (N − df + ½) / (df + ½)).
 */
export function scoreFields(
  postings: Postings,
  { k1, b, population }: Bm25,
  terms: readonly number[],
  weights: readonly Float64Array[],
  limit: number,
): Float32Array[] {
  const { norms, zeros } = shared(postings, { k1, b, population });
  // A weighting that no term has, as that of code in a question without any, stays zero.
  const used = weights.map((weight) => weight.some((value) => value !== 0));
  const scores = weights.map((_, which) => (used[which] === true ? new Float32Array(limit) : zeros.subarray(0, limit)));
  terms.forEach((term, row) => {
    const wanted = weights.map((weight) => weight[row] ?? 0);
    if (wanted.every((weight) => weight === 0)) return;
    const idf = idfOf(postings, term, population);
    const end = postings.offsets[term + 1] ?? 0;
    for (let at = postings.offsets[term] ?? 0; at < end; at++) {
      const document = postings.documents[at] ?? 0;
      if (document >= limit) break;
      const count = postings.counts[at] ?? 0;
      const gain = (idf * count * (k1 + 1)) / (count + (norms[document] ?? 1));
      for (let which = 0; which < scores.length; which++) {
        const score = scores[which];
        if (score !== undefined && used[which] === true)
          score[document] = (score[document] ?? 0) + gain * (wanted[which] ?? 0);
      }
    }
  });
  return scores;
}

export function idfOf(postings: Postings, term: number, population: number): number {
  const holding = documentsWith(postings, term, population);
  return Math.log(1 + (population - holding + 0.5) / (holding + 0.5));
}

interface Shared {
  readonly by: Bm25;
  /** What a document's length divides its counts by. */
  readonly norms: Float32Array;
  /** The scores of a weighting that says nothing; never written to. */
  readonly zeros: Float32Array;
}

const sharedOf = new WeakMap<Postings, Shared>();

/** What all queries of a field have in common, made once: a megabyte and more a query of 100,000 chunks otherwise. */
function shared(postings: Postings, by: Bm25): Shared {
  const known = sharedOf.get(postings);
  if (known?.by.k1 === by.k1 && known.by.b === by.b && known.by.population === by.population) return known;
  const { lengths } = postings;
  const made = { by, norms: normsOf(lengths, by), zeros: new Float32Array(lengths.length) };
  sharedOf.set(postings, made);
  return made;
}

function normsOf(lengths: Uint32Array, { k1, b, population }: Bm25): Float32Array {
  let sum = 0;
  for (let document = 0; document < population; document++) sum += lengths[document] ?? 0;
  const mean = Math.max(1, sum / Math.max(1, population));
  const norms = new Float32Array(lengths.length);
  for (let document = 0; document < lengths.length; document++)
    norms[document] = k1 * (1 - b + (b * (lengths[document] ?? 0)) / mean);
  return norms;
}
