import type { IndexedFile } from '../rank/rank-index.ts';
import { topOf } from '../rank/scoring.ts';
import { acceptsFile, citeOf } from './hit.ts';
import { tableOfTrigrams, type TrigramTable } from './trigrams.ts';
import type { Found, SearchDeps, SearchRequest } from './types.ts';

/** Files by path, also those that are not indexed: exact, in part, by initials in order, or nearly (trigrams). */
export function searchPaths({ index, listed }: SearchDeps, request: SearchRequest): Found {
  const files = listed ?? index.files;
  const forms = formsOf(files);
  const asked = toAsked(request.query, forms);
  const scores = new Float64Array(files.length);
  let matched = 0;
  for (let file = 0; file < files.length; file++) {
    if (!acceptsFile(files[file], request)) continue;
    const { score } = matchPath(forms, file, asked);
    scores[file] = score;
    if (score > 0) matched++;
  }
  const path = (file: number) => files[file]?.path ?? '';
  const isFirst = (file: number, other: number) =>
    path(file).length - path(other).length < 0 ||
    (path(file).length === path(other).length && path(file) < path(other));
  const best = topOf(scores, request.limit, 0, isFirst);
  return {
    hits: best.flatMap((file) => {
      const of = files[file];
      return of === undefined ? [] : [toPathHit(of, scores[file] ?? 0, matchPath(forms, file, asked).why)];
    }),
    truncated: matched > request.limit,
    notes: [],
  };
}

/** What comparing needs of every path, made once a snapshot. */
interface PathForms {
  readonly lower: readonly string[];
  readonly names: readonly string[];
  /** Of the names without their extension. */
  readonly trigrams: TrigramTable;
}

const formsOfFiles = new WeakMap<readonly IndexedFile[], PathForms>();

function formsOf(files: readonly IndexedFile[]): PathForms {
  const known = formsOfFiles.get(files);
  if (known !== undefined) return known;
  const lower = files.map(({ path }) => path.toLowerCase());
  const names = lower.map((path) => path.slice(path.lastIndexOf('/') + 1));
  const forms = { lower, names, trigrams: tableOfTrigrams(names.map((name) => name.replace(/\.[^.]*$/, ''))) };
  formsOfFiles.set(files, forms);
  return forms;
}

interface Asked {
  readonly text: string;
  readonly words: readonly string[];
  readonly likeness: Float64Array;
}

function toAsked(query: string, { trigrams }: PathForms): Asked {
  const text = query.trim().toLowerCase();
  return { text, words: text.split(/\s+/).filter(Boolean), likeness: trigrams.likenessTo(text) };
}

const unlike = { score: 0, why: '' };

function matchPath(
  { lower, names }: PathForms,
  file: number,
  { text, words, likeness }: Asked,
): { score: number; why: string } {
  const path = lower[file] ?? '';
  const name = names[file] ?? '';
  if (path === text || name === text) return { score: 1, why: 'the same name' };
  if (name.startsWith(text)) return { score: 0.9, why: 'the name starts with it' };
  if (path.endsWith(text)) return { score: 0.88, why: 'the path ends with it' };
  if (name.includes(text)) return { score: 0.8, why: 'the name has it' };
  if (path.includes(text)) return { score: 0.7, why: 'the path has it' };
  if (words.length > 1 && words.every((word) => path.includes(word)))
    return { score: 0.65, why: 'the path has every word' };
  const initials = words.length === 1 ? subsequenceScore(path, text) : 0;
  if (initials > 0) return { score: 0.3 + 0.3 * initials, why: 'its letters in order' };
  const shared = likeness[file] ?? 0;
  return shared >= 0.4 ? { score: 0.5 * shared, why: 'a similar name' } : unlike;
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
