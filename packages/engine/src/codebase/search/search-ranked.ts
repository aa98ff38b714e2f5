import type { SearchHit } from '@yudai/contract';
import { rankFiles, type ExtraSignal, type FileRanking, type RankedFile } from '../rank/rank-files.ts';
import { rankRanges, type RankedRange } from '../rank/rank-symbols.ts';
import { acceptsFile, citeOf, linesOf, previewOf } from './hit.ts';
import { reasonsOf } from './reasons.ts';
import type { Found, SearchDeps, SearchRequest } from './types.ts';

// What a reader takes in at once; a longer definition is shown by the stretch that matched.
const longestRange = 80;
const vectorWeight = 0.25;

/** Files that the text is most likely about, each with its best stretch, why it is there, and what can be seen of it. */
export async function searchRanked(deps: SearchDeps, request: SearchRequest, signal: AbortSignal): Promise<Found> {
  const { index } = deps;
  const notes: string[] = [];
  const vectors = await scoreVectors(deps, request.query, signal, notes);
  signal.throwIfAborted();
  const ranking = rankFiles(index, request.query, Math.max(30, request.limit + 1), {
    tests: request.tests === true,
    accepts: (file) => acceptsFile(index.files[file], request),
    ...(vectors === null ? {} : { extra: [vectors] }),
  });
  const ranges = new Map<number, RankedRange>();
  for (const range of rankRanges(ranking, Infinity)) if (!ranges.has(range.file)) ranges.set(range.file, range);
  const hits = await Promise.all(
    ranking.files.slice(0, request.limit).map((ranked) => toRankedHit(deps, ranking, ranked, ranges.get(ranked.file))),
  );
  return { hits: hits.flat(), truncated: ranking.files.length > request.limit, notes };
}

/** The nearest chunk of each file; the least near one is worth nothing, so that the scale of a model does not matter. */
async function scoreVectors(
  { index, vectors }: SearchDeps,
  query: string,
  signal: AbortSignal,
  notes: string[],
): Promise<ExtraSignal | null> {
  if (vectors === undefined) {
    notes.push('vectors: no embedder is configured');
    return null;
  }
  try {
    const near = await vectors(query, signal);
    const values = new Float32Array(index.files.length);
    const floor = Math.min(...near.values());
    for (const [chunk, cosine] of near) {
      const file = index.chunks.file[chunk] ?? 0;
      values[file] = Math.max(values[file] ?? 0, cosine - floor);
    }
    notes.push(`vectors: ${near.size} near chunks took part`);
    return { signal: 'vectors', weight: vectorWeight, values };
  } catch (error) {
    signal.throwIfAborted();
    // An embedder that is away must not take the search with it; the answer says that it took no part.
    notes.push(`vectors: took no part, ${error instanceof Error ? error.message : 'the embedder failed'}`);
    return null;
  }
}

async function toRankedHit(
  { index, readText }: SearchDeps,
  ranking: FileRanking,
  ranked: RankedFile,
  range: RankedRange | undefined,
): Promise<SearchHit[]> {
  const file = index.files[ranked.file];
  if (file === undefined) return [];
  const { startLine, endLine } = boundsOf(range, file.lines);
  const lines = linesOf(await readText(file.blob));
  const symbol = range?.symbol ?? null;
  return [
    {
      path: file.path,
      blob: file.blob,
      language: file.language,
      startLine,
      endLine,
      cite: citeOf(file, startLine, endLine),
      score: ranked.score,
      symbol: symbol === null ? null : { name: symbol.name, container: symbol.container, kind: symbol.kind },
      preview: previewOf(lines, startLine, endLine),
      reasons: reasonsOf(ranking, ranked),
    },
  ];
}

function boundsOf(range: RankedRange | undefined, lines: number): { startLine: number; endLine: number } {
  if (range === undefined) return { startLine: 1, endLine: Math.max(1, Math.min(lines, longestRange)) };
  const { symbol } = range;
  return symbol !== null && symbol.endLine - symbol.startLine < longestRange ? symbol : range;
}
