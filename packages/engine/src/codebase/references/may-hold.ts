import { documentsWith } from '#codebase/rank/postings.ts';
import type { RankIndex } from '#codebase/rank/rank-index.ts';
import { hashOf } from '#codebase/terms/hash.ts';
import { forEachName, termsOfName } from '#codebase/terms/words.ts';

/**
 * The blobs that may hold a name as a whole word, by the terms of their code: a few too many, never one too few. Null when terms
 * cannot tell, as for a name that is several words or a stop word; then every text has to be read.
 */
export function blobsThatMayHold(index: RankIndex, name: string): ReadonlySet<string> | null {
  const term = rarestTermOf(index, name);
  if (term === null) return null;
  const blobs = new Set<string>();
  const { body } = index.fields;
  const end = body.offsets[term + 1] ?? 0;
  for (let at = body.offsets[term] ?? end; at < end; at++)
    blobs.add(index.files[index.chunks.file[body.documents[at] ?? 0] ?? 0]?.blob ?? '');
  // A text without chunks has no terms to tell by.
  index.files.forEach(({ blob }, file) => {
    if (index.chunks.starts[file] === index.chunks.starts[file + 1]) blobs.add(blob);
  });
  return blobs;
}

/** The number of the term that the fewest chunks hold, -1 for one that none holds. */
function rarestTermOf({ terms, fields }: RankIndex, name: string): number | null {
  if (!isOneName(name)) return null;
  const { whole, stems } = termsOfName(name);
  const numbers = (whole === null ? stems : [whole]).map((term) => terms.find(hashOf(term)));
  const held = (term: number) => documentsWith(fields.body, term, Infinity);
  return numbers.toSorted((a, b) => held(a) - held(b))[0] ?? null;
}

function isOneName(name: string): boolean {
  let isWhole = false;
  forEachName(name, 0, name.length, (start, end) => (isWhole = start === 0 && end === name.length));
  return isWhole;
}
