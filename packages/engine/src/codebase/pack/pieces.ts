import type { RankIndex } from '../rank/rank-index.ts';
import type { RankedRange } from '../rank/rank-symbols.ts';
import { citeOf, linesOf } from '../search/hit.ts';
import type { Piece } from './types.ts';

const longestSignature = 200;
// Two ranges this near are one: the lines between cost less than another heading.
const nearLines = 6;
const longestRange = 160;

export function wholePiece(index: RankIndex, file: number, text: string): Piece | null {
  const lines = linesOf(text.trimEnd());
  return lines.length === 0 ? null : piece(index, file, 'whole', 1, lines.length, lines.join('\n'));
}

/** The stretches of a file that were ranked, in the order of their lines. */
export function rangePieces(index: RankIndex, file: number, text: string, ranges: readonly RankedRange[]): Piece[] {
  const lines = linesOf(text);
  return joinNear(ranges.map(boundsOf)).flatMap(({ startLine, endLine }) => {
    const end = Math.min(endLine, lines.length);
    const shown = lines.slice(startLine - 1, end).join('\n');
    return shown.trim() === '' ? [] : (piece(index, file, 'range', startLine, end, shown) ?? []);
  });
}

/** The first line of every definition, indented as it stands. */
export function signaturePiece(index: RankIndex, file: number, text: string): Piece | null {
  const lines = linesOf(text);
  const { starts, startLine } = index.symbols;
  const rows = [...new Set(startLine.subarray(starts[file], starts[file + 1]))];
  const shown = rows
    .map((line) => (lines[line - 1] ?? '').trimEnd().slice(0, longestSignature))
    .filter((line) => line.trim() !== '');
  return shown.length === 0 ? null : piece(index, file, 'signatures', rows[0] ?? 1, rows.at(-1) ?? 1, shown.join('\n'));
}

function boundsOf({ symbol, startLine, endLine }: RankedRange): { startLine: number; endLine: number } {
  return symbol !== null && symbol.endLine - symbol.startLine < longestRange ? symbol : { startLine, endLine };
}

function joinNear(ranges: readonly { startLine: number; endLine: number }[]): { startLine: number; endLine: number }[] {
  const joined: { startLine: number; endLine: number }[] = [];
  for (const { startLine, endLine } of ranges.toSorted((a, b) => a.startLine - b.startLine)) {
    const last = joined.at(-1);
    if (last !== undefined && startLine <= last.endLine + nearLines) last.endLine = Math.max(last.endLine, endLine);
    else joined.push({ startLine, endLine });
  }
  return joined;
}

function piece(
  index: RankIndex,
  file: number,
  form: Piece['form'],
  startLine: number,
  endLine: number,
  text: string,
): Piece | null {
  const of = index.files[file];
  if (of === undefined) return null;
  return { path: of.path, language: of.language, form, startLine, endLine, cite: citeOf(of, startLine, endLine), text };
}
