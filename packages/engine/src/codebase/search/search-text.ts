import type { SearchHit } from '@yudai/contract';
import { blobsThatMayHold } from '../references/may-hold.ts';
import type { IndexedFile, RankIndex } from '../rank/rank-index.ts';
import { symbolAt } from '../rank/rank-symbols.ts';
import { acceptsFile, citeOf, linesOf, previewOf } from './hit.ts';
import { matchExactly, matchPattern, type Matcher } from './matcher.ts';
import type { Found, SearchDeps, SearchRequest } from './types.ts';

const readAhead = 16;
const longestScanMs = 10_000;
const mostHits = 1000;
const mostPerFile = 50;
// Lines this near are shown as one hit.
const nearLines = 3;
const worth = { defined: 1, word: 0.8, part: 0.6 };

/**
 * Files that have the text or match the pattern, with the lines. What has a name as a whole word is looked into first, and when that is
 * enough nothing else, for no other hit could come before those. Looks for at most ten seconds; the notes say when it stopped early.
 */
export async function searchText(deps: SearchDeps, request: SearchRequest, signal: AbortSignal): Promise<Found> {
  const caseSensitive = request.caseSensitive === true;
  const matcher =
    request.mode === 'regex' ? matchPattern(request.query, caseSensitive) : matchExactly(request.query, caseSensitive);
  const hits: SearchHit[] = [];
  const notes: string[] = [];
  const now = deps.now ?? (() => performance.now());
  const started = now();
  const { files, likely } = filesInOrder(deps.index, request);
  const all = files.length;
  let better = 0;
  for await (const { found, looked } of scanFiles(deps, files, matcher, signal)) {
    hits.push(...found);
    better += found.filter(({ score }) => score > worth.part).length;
    if (looked === likely && better > request.limit && looked < all) {
      notes.push(
        `more than ${request.limit} hits as a whole word: texts with it inside other words were not looked into`,
      );
      break;
    }
    if (hits.length >= mostHits) {
      notes.push(`stopped at ${mostHits} hits, in ${looked} of ${all} files: narrow the search by path or language`);
      break;
    }
    if (now() - started > longestScanMs && looked < all) {
      notes.push(
        `stopped after ${longestScanMs / 1000} seconds, in ${looked} of ${all} files: narrow the search by path or language`,
      );
      break;
    }
  }
  const best = hits.toSorted((a, b) => b.score - a.score);
  return { hits: best.slice(0, request.limit), truncated: hits.length > request.limit || notes.length > 0, notes };
}

/** Code first and tests last; before them, in the same order, the `likely` first files, which may have the text as a whole word. */
function filesInOrder(index: RankIndex, request: SearchRequest): { files: number[]; likely: number } {
  const files = [...index.files.keys()].filter((file) => acceptsFile(index.files[file], request));
  const blobs = request.mode === 'text' ? blobsThatMayHold(index, request.query) : null;
  if (blobs === null) return { files, likely: 0 };
  const { first = [], rest = [] } = Object.groupBy(files, (file) =>
    blobs.has(index.files[file]?.blob ?? '') ? 'first' : 'rest',
  );
  return { files: [...first, ...rest], likely: first.length };
}

/** Hits file by file. Reads ahead, and stops reading when nobody listens. */
async function* scanFiles(
  { index, readText }: SearchDeps,
  files: readonly number[],
  matcher: Matcher,
  signal: AbortSignal,
): AsyncIterable<{ found: SearchHit[]; looked: number }> {
  const reads = new Map<number, Promise<string | null>>();
  for (let at = 0; at < files.length; at++) {
    signal.throwIfAborted();
    for (let ahead = at; ahead < Math.min(files.length, at + readAhead); ahead++) {
      if (reads.has(ahead)) continue;
      const read = readText(index.files[files[ahead] ?? 0]?.blob ?? '');
      // A read ahead that fails is thrown when its turn comes; until then it must not count as unhandled.
      read.catch(() => {});
      reads.set(ahead, read);
    }
    const text = await (reads.get(at) ?? null);
    reads.delete(at);
    const file = files[at] ?? 0;
    const of = index.files[file];
    const found = text === null || of === undefined ? [] : hitsIn(index, file, of, text, matcher);
    yield { found, looked: at + 1 };
  }
}

interface LineMatch {
  readonly start: number;
  readonly end: number;
  readonly words: boolean;
  readonly text: string;
}

function hitsIn(index: RankIndex, file: number, of: IndexedFile, text: string, matcher: Matcher): SearchHit[] {
  const matches: LineMatch[] = [];
  let line = 1;
  let at = 0;
  matcher(text, (start, end) => {
    for (let next = text.indexOf('\n', at); next >= 0 && next < start; next = text.indexOf('\n', at)) {
      at = next + 1;
      line++;
    }
    const matched = text.slice(start, end);
    const extra = matched.split('\n').length - 1 - (matched.endsWith('\n') ? 1 : 0);
    const last = matches.at(-1);
    if (last?.start !== line)
      matches.push({ start: line, end: line + extra, words: isWord(text, start, end), text: matched });
    return matches.length < mostPerFile;
  });
  if (matches.length === 0) return [];
  const lines = linesOf(text);
  return together(matches).map((group) => toTextHit(index, file, of, lines, group));
}

function isWord(text: string, start: number, end: number): boolean {
  const isPart = (unit: string | undefined) => unit !== undefined && /[\p{L}\p{N}_]/u.test(unit);
  return !(isPart(text[start - 1]) && isPart(text[start])) && !(isPart(text[end]) && isPart(text[end - 1]));
}

function together(matches: readonly LineMatch[]): LineMatch[][] {
  const groups: LineMatch[][] = [];
  for (const match of matches) {
    const group = groups.at(-1);
    if (group !== undefined && match.start - (group[0]?.start ?? 0) < nearLines) group.push(match);
    else groups.push([match]);
  }
  return groups;
}

function toTextHit(
  index: RankIndex,
  file: number,
  of: IndexedFile,
  lines: readonly string[],
  group: readonly LineMatch[],
): SearchHit {
  const startLine = group[0]?.start ?? 1;
  const endLine = Math.max(...group.map(({ end }) => end));
  const symbol = symbolAt(index, file, startLine, endLine);
  const matched = group[0]?.text ?? '';
  const defines =
    symbol !== null && symbol.startLine >= startLine && symbol.startLine <= endLine && matched.includes(symbol.name);
  const whole = group.some(({ words }) => words);
  const base = defines ? worth.defined : whole ? worth.word : worth.part;
  const behind = file < index.groups.code ? 0 : file < index.groups.offered ? 0.05 : 0.1;
  return {
    path: of.path,
    blob: of.blob,
    language: of.language,
    startLine,
    endLine,
    cite: citeOf(of, startLine, endLine),
    score: base - behind,
    symbol: symbol === null ? null : { name: symbol.name, container: symbol.container, kind: symbol.kind },
    preview: previewOf(lines, startLine - 1, endLine + 1),
    reasons: [{ signal: 'text', share: 1, detail: describe(defines, whole, matched) }],
  };
}

function describe(defines: boolean, whole: boolean, matched: string): string {
  const shown = matched.trim().replaceAll(/\s+/g, ' ').slice(0, 80);
  if (defines) return `defines ${shown}`;
  return whole ? `has ${shown}` : `has ${shown} within a word`;
}
