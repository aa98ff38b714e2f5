import type { ContextPack } from '@yudai/contract';
import { rankFiles, type FileRanking } from '../rank/rank-files.ts';
import type { RankIndex } from '../rank/rank-index.ts';
import { rankRanges, type RankedRange } from '../rank/rank-symbols.ts';
import { chooseOptions, type Option } from './choose.ts';
import { digestOf } from './digest.ts';
import { rangePieces, signaturePiece, wholePiece } from './pieces.ts';
import { renderPack, renderPiece } from './render.ts';
import type { CountingDeps, PackDeps, PackRequest, Piece } from './types.ts';

export type { PackDeps, PackFormat, PackRequest } from './types.ts';

const mostCandidates = 400;
const mostLeftOut = 50;
const rangesPerFile = 4;
// What a file shown in part is worth beside the whole of it.
const worth = { whole: 1, range: 0.8, signatures: 0.3 };
// A file that is asked for by path is worth more than any that is found.
const askedFor = 1000;

/**
 * The best context for a query under a token budget, or a digest of the repository when the query is empty. The text never has more
 * tokens than the budget, its frame included.
 */
export async function packContext(from: PackDeps, request: PackRequest, signal: AbortSignal): Promise<ContextPack> {
  signal.throwIfAborted();
  // The table of tokens is 20 MB, which nobody holds who never packs.
  const { tokensOf } = await import('./tokens.ts');
  const deps: CountingDeps = { ...from, tokensOf };
  const asked = filesAt(deps.index, request.paths);
  if (request.query.trim() === '' && asked.length === 0) {
    const { introduction, options } = await digestOf(deps, request, signal);
    return assemble(deps, request, introduction, options, []);
  }
  const ranking = rankFiles(deps.index, request.query, mostCandidates);
  const isWanted = wantedBut(deps.index, request.without ?? []);
  const candidates = candidatesOf(asked, ranking, request.budget).filter(({ file }) => isWanted(file));
  const introduction = request.query.trim() === '' ? '' : `Context for: ${ranking.query.title.slice(0, 120)}`;
  const options = await optionsOf(deps, request, ranking, candidates, signal);
  return assemble(deps, request, introduction, options, candidates);
}

interface Candidate {
  readonly file: number;
  readonly value: number;
}

function filesAt(index: RankIndex, paths: readonly string[]): number[] {
  const wanted = new Map(paths.map((path, order) => [path, order]));
  return [...index.files.keys()]
    .filter((file) => wanted.has(index.files[file]?.path ?? ''))
    .toSorted((a, b) => (wanted.get(index.files[a]?.path ?? '') ?? 0) - (wanted.get(index.files[b]?.path ?? '') ?? 0));
}

function wantedBut(index: RankIndex, without: readonly string[]): (file: number) => boolean {
  return (file) => {
    const path = index.files[file]?.path ?? '';
    return !without.some((unwanted) => path === unwanted || (unwanted.endsWith('/') && path.startsWith(unwanted)));
  };
}

/** The files that are read: so many that the budget could not hold more of them than that. */
function candidatesOf(asked: readonly number[], ranking: FileRanking, budget: number): Candidate[] {
  const most = Math.min(mostCandidates, 12 + Math.ceil(budget / 400));
  const best = ranking.files[0]?.score ?? 1;
  const found = ranking.files
    .filter(({ file, score }) => score > 0 && !asked.includes(file))
    .slice(0, most)
    // Squared, because the first files are far likelier than the later ones to be what is needed.
    .map(({ file, score }) => ({ file, value: (score / best) ** 2 }));
  return [...asked.map((file, order) => ({ file, value: askedFor - order })), ...found];
}

async function optionsOf(
  { index, readText, tokensOf }: CountingDeps,
  { format }: PackRequest,
  ranking: FileRanking,
  candidates: readonly Candidate[],
  signal: AbortSignal,
): Promise<Option[]> {
  const ranges = Map.groupBy(rankRanges(ranking, Infinity), ({ file }) => file);
  const options: Option[] = [];
  for (const { file, value } of candidates) {
    signal.throwIfAborted();
    const text = await readText(index.files[file]?.blob ?? '');
    if (text === null) continue;
    for (const [form, pieces] of formsOf(index, file, text, (ranges.get(file) ?? []).slice(0, rangesPerFile)))
      if (pieces.length > 0)
        options.push({ file, pieces, value: value * worth[form], tokens: costOf(pieces, format, tokensOf) });
  }
  return options;
}

function formsOf(
  index: RankIndex,
  file: number,
  text: string,
  ranges: readonly RankedRange[],
): [keyof typeof worth, Piece[]][] {
  return [
    ['whole', [wholePiece(index, file, text) ?? []].flat()],
    ['range', rangePieces(index, file, text, ranges)],
    ['signatures', [signaturePiece(index, file, text) ?? []].flat()],
  ];
}

// Pieces are joined by line breaks, which may cost a token each.
function costOf(pieces: readonly Piece[], format: PackRequest['format'], tokensOf: CountingDeps['tokensOf']): number {
  return pieces.reduce((sum, piece) => sum + tokensOf(renderPiece(piece, format)) + 2, 0);
}

/** Chooses, writes and counts. CountingDeps the whole may differ by a token a piece from the sum, so the least piece goes until it fits. */
function assemble(
  { index, commit, tokensOf }: CountingDeps,
  { budget, format }: PackRequest,
  introduction: string,
  options: readonly Option[],
  candidates: readonly Candidate[],
): ContextPack {
  let about = introduction;
  if (tokensOf(renderPack(about, [], format)) > budget) about = '';
  const chosen = chooseOptions(options, budget - tokensOf(renderPack(about, [], format)));
  let text = renderPack(
    about,
    chosen.flatMap(({ pieces }) => pieces),
    format,
  );
  while (chosen.length > 0 && tokensOf(text) > budget) {
    chosen.pop();
    text = renderPack(
      about,
      chosen.flatMap(({ pieces }) => pieces),
      format,
    );
  }
  const shown = new Set(chosen.map(({ file }) => file));
  return {
    text,
    tokens: tokensOf(text),
    budget,
    items: chosen
      .flatMap(({ pieces }) => pieces)
      .map((piece) => ({
        path: piece.path,
        form: piece.form,
        startLine: piece.startLine,
        endLine: piece.endLine,
        tokens: tokensOf(renderPiece(piece, format)),
        cite: piece.cite,
      })),
    leftOut: candidates
      .filter(({ file }) => !shown.has(file))
      .slice(0, mostLeftOut)
      .map(({ file }) => ({ path: index.files[file]?.path ?? '', tokens: index.files[file]?.tokens ?? 0 })),
    commit,
  };
}
