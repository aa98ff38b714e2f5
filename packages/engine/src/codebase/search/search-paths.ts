import type { IndexedFile } from '../rank/rank-index.ts';
import { acceptsFile, citeOf } from './hit.ts';
import { trigramsOf, sharedTrigrams } from './trigrams.ts';
import type { Found, SearchDeps, SearchRequest } from './types.ts';

/** Files by path: exact, in part, by initials in order, or nearly (trigrams). */
export function searchPaths({ index }: SearchDeps, request: SearchRequest): Found {
  const wanted = request.query.trim().toLowerCase();
  const words = wanted.split(/\s+/).filter(Boolean);
  const grams = trigramsOf(wanted);
  const found = index.files.flatMap((file) => {
    if (!acceptsFile(file, request)) return [];
    const match = matchPath(file.path.toLowerCase(), wanted, words, grams);
    return match === null ? [] : [{ file, ...match }];
  });
  found.sort(
    (a, b) => b.score - a.score || a.file.path.length - b.file.path.length || (a.file.path < b.file.path ? -1 : 1),
  );
  return {
    hits: found.slice(0, request.limit).map(({ file, score, why }) => toPathHit(file, score, why)),
    truncated: found.length > request.limit,
    notes: [],
  };
}

function matchPath(
  path: string,
  wanted: string,
  words: readonly string[],
  grams: ReadonlySet<string>,
): { score: number; why: string } | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (path === wanted || name === wanted) return { score: 1, why: 'the same name' };
  if (name.startsWith(wanted)) return { score: 0.9, why: 'the name starts with it' };
  if (path.endsWith(wanted)) return { score: 0.88, why: 'the path ends with it' };
  if (name.includes(wanted)) return { score: 0.8, why: 'the name has it' };
  if (path.includes(wanted)) return { score: 0.7, why: 'the path has it' };
  if (words.length > 1 && words.every((word) => path.includes(word)))
    return { score: 0.65, why: 'the path has every word' };
  const initials = words.length === 1 ? subsequenceScore(path, wanted) : 0;
  if (initials > 0) return { score: 0.3 + 0.3 * initials, why: 'its letters in order' };
  const shared = sharedTrigrams(grams, name.replace(/\.[^.]*$/, ''));
  return shared >= 0.4 ? { score: 0.5 * shared, why: 'a similar name' } : null;
}

/** 0 when the letters do not come in order; nearer 1 the more of them begin words or follow each other. */
function subsequenceScore(path: string, wanted: string): number {
  if (wanted.length < 2) return 0;
  let from = path.lastIndexOf('/') + 1;
  let good = placesInOrder(path, wanted, from);
  if (good === null) {
    from = 0;
    good = placesInOrder(path, wanted, 0);
  }
  return good === null || good < wanted.length / 2 ? 0 : (good / wanted.length) * (from > 0 ? 1 : 0.8);
}

function placesInOrder(path: string, wanted: string, from: number): number | null {
  let at = from - 1;
  let good = 0;
  for (const letter of wanted) {
    const next = path.indexOf(letter, at + 1);
    if (next < 0) return null;
    if (next === at + 1 || /[/_\-.]/.test(path[next - 1] ?? '/')) good++;
    at = next;
  }
  return good;
}

function toPathHit(file: IndexedFile, score: number, why: string): Found['hits'][number] {
  return {
    path: file.path,
    blob: file.blob,
    language: file.language,
    startLine: 1,
    endLine: Math.max(1, file.lines),
    cite: citeOf(file, 1, Math.max(1, file.lines)),
    score,
    symbol: null,
    preview: [],
    reasons: [{ signal: 'path', share: 1, detail: why }],
  };
}
