import type { Citation, IssueDocument, SearchHit } from '@yudai/contract';
import type { CitedFile } from '#workflows/chat-turn/citations.ts';

type File = IssueDocument['files'][number];

/** Files that the search adds to those that were named. */
const mostAdded = 3;
/** A hit this near to the best one is worth naming. */
const nearBest = 0.7;

/**
 * How sure it is that these files change: cited evidence says most, then the place in a search for the issue's own words; a name alone says
 * little. A file that is nowhere stays only when it is to be made. What the search finds besides is added. The surest first.
 */
export async function rankFiles(
  named: readonly File[],
  known: {
    readonly hits: readonly SearchHit[];
    readonly citations: readonly Citation[];
    readonly fileAt: (path: string) => Promise<CitedFile | null>;
  },
): Promise<File[]> {
  const best = Math.max(...known.hits.map(({ score }) => score), 0);
  const shares = new Map<string, number>();
  for (const { path, score } of known.hits) {
    shares.set(path, Math.max(shares.get(path) ?? 0, best === 0 ? 0 : score / best));
  }
  const cited = new Set(known.citations.flatMap(({ path, state }) => (state === 'missing' ? [] : [path])));
  const sureOf = (path: string) => {
    const found = 0.3 + 0.5 * (shares.get(path) ?? 0);
    return Math.round((cited.has(path) ? Math.min(0.95, found + 0.3) : found) * 100) / 100;
  };
  const files: File[] = [];
  for (const file of named) {
    if (files.some(({ path, symbol }) => path === file.path && symbol === file.symbol)) continue;
    const isThere = (await known.fileAt(file.path)) !== null;
    if (isThere) files.push({ ...file, confidence: sureOf(file.path) });
    else if (/\bnew\b/i.test(file.why)) files.push({ ...file, confidence: 0.3 });
  }
  const added = [...shares]
    .filter(([path, share]) => share >= nearBest && !files.some((file) => file.path === path))
    .slice(0, mostAdded)
    .map(([path]): File => ({
      path,
      symbol: null,
      confidence: sureOf(path),
      why: 'found by a search for the words of this issue',
    }));
  return [...files, ...added].toSorted((a, b) => b.confidence - a.confidence);
}
