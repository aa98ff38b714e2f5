/** Which documents hold a term and how often, for every term of one field. Documents of a term ascend. */
export interface Postings {
  /** Where the postings of each term start; one more than there are terms. */
  readonly offsets: Uint32Array;
  readonly documents: Uint32Array;
  /** Occurrences, at most 255. */
  readonly counts: Uint8Array;
  /** Terms a document has, repetitions counted. */
  readonly lengths: Uint32Array;
}

export type EmitPosting = (term: number, document: number, count: number) => void;

/** Writes a field in two rounds that say the same, so that nothing grows and nothing is sorted. Documents ascend in the second. */
export interface PostingsWriter {
  measure(term: number): void;
  /** Ends the first round. */
  allocate(): void;
  put(term: number, document: number, count: number): void;
  done(lengths: Uint32Array): Postings;
}

export function createPostingsWriter(terms: number): PostingsWriter {
  const offsets = new Uint32Array(terms + 1);
  let documents = new Uint32Array();
  let counts = new Uint8Array();
  let next = new Uint32Array();
  return {
    measure(term) {
      offsets[term + 1] = (offsets[term + 1] ?? 0) + 1;
    },
    allocate() {
      for (let term = 0; term < terms; term++) offsets[term + 1] = (offsets[term + 1] ?? 0) + (offsets[term] ?? 0);
      const size = offsets[terms] ?? 0;
      documents = new Uint32Array(size);
      counts = new Uint8Array(size);
      next = offsets.slice(0, terms);
    },
    put(term, document, count) {
      const at = next[term] ?? 0;
      documents[at] = document;
      counts[at] = Math.min(count, 255);
      next[term] = at + 1;
    },
    done: (lengths) => ({ offsets, documents, counts, lengths }),
  };
}

/** Builds a field. `each` is called twice and must say the same both times, with documents ascending. */
export function buildPostings(terms: number, lengths: Uint32Array, each: (emit: EmitPosting) => void): Postings {
  const writer = createPostingsWriter(terms);
  each(writer.measure);
  writer.allocate();
  each(writer.put);
  return writer.done(lengths);
}

/** How many of the documents below `limit` hold the term. */
export function documentsWith(postings: Postings, term: number, limit: number): number {
  const start = postings.offsets[term] ?? 0;
  let low = start;
  let high = postings.offsets[term + 1] ?? start;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((postings.documents[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low - start;
}
