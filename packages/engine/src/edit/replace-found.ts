import type { FlatText } from '#edit/find-text.ts';
import type { Placement, Step } from '#edit/lines.ts';
import { stepsBetween } from '#edit/steps.ts';

/** A piece of a flat text that makes way for another. */
interface Piece {
  readonly from: number;
  readonly to: number;
  readonly asked: string;
  readonly fresh: string;
}

/** Not `trim`, which takes marks and hard spaces too: those are text that somebody has written. */
const onlyBlanks = /^[ \t]*$/;

/** Changes of whole lines that put `replace` at places (ascending, apart) where `find` stands. Places on one line become one change. */
export function replaceFound(flat: FlatText, places: readonly number[], find: string, replace: string): Placement[] {
  const placements: Placement[] = [];
  for (const group of groupByLine(
    flat,
    places.map((place) => pieceAt(flat, place, find, replace)),
  )) {
    const start = flat.lineAt(group[0]?.from ?? 0);
    const end = endOfLine(flat, Math.max(...group.map(({ to }) => to)));
    let [asked, fresh, at] = ['', '', flat.startOf(start)];
    for (const piece of group) {
      const between = flat.text.slice(at, piece.from);
      asked += between + piece.asked;
      fresh += between + piece.fresh;
      at = piece.to;
    }
    placements.push({ start, steps: stepsWithRest(asked, fresh, flat.text.slice(at, end)) });
  }
  return placements;
}

/**
 * Blanks behind the place at the end of its line, which are seldom seen, stay with a line that stays or that one other replaces; they are not put
 * behind a line that is new.
 */
function stepsWithRest(asked: string, fresh: string, rest: string): Step[] {
  const whole = () => stepsBetween(toLines(asked + rest, asked + rest), toLines(fresh + rest, asked + rest));
  if (!onlyBlanks.test(rest) || rest === '') return whole();
  const steps = stepsBetween(toLines(asked, asked), toLines(fresh, asked));
  const last = steps.slice(steps.findLastIndex(({ kind }) => kind === 'keep') + 1);
  const isOneForOne =
    last.length === 2 && last.some(({ kind }) => kind === 'remove') && last.some(({ kind }) => kind === 'add');
  return isOneForOne ? whole() : steps;
}

/** What ends with a line end keeps one, unless whole lines go. */
function pieceAt(flat: FlatText, from: number, find: string, replace: string): Piece {
  const to = from + find.length;
  if (!find.endsWith('\n') || replace.endsWith('\n')) return { from, to, asked: find, fresh: replace };
  if (replace !== '') return { from, to, asked: find, fresh: `${replace}\n` };
  const start = flat.startOf(flat.lineAt(from));
  const before = flat.text.slice(start, from);
  return onlyBlanks.test(before)
    ? { from: start, to, asked: before + find, fresh: '' }
    : { from, to, asked: find, fresh: '\n' };
}

/** Where the line ends in which the last of a piece stands: at its line end, or behind it when the piece has it. */
function endOfLine(flat: FlatText, to: number): number {
  if (to > 0 && flat.text[to - 1] === '\n') return to;
  const feed = flat.text.indexOf('\n', to);
  return feed < 0 ? flat.text.length : feed;
}

/** Lines of a stretch; a line end at the end of the old stretch ends its last line, and so that of the new one. */
function toLines(text: string, old: string): string[] {
  if (!old.endsWith('\n')) return text.split('\n');
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

function groupByLine(flat: FlatText, pieces: readonly Piece[]): Piece[][] {
  const groups: Piece[][] = [];
  for (const piece of pieces) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    const touches = last !== undefined && flat.lineAt(Math.max(last.from, last.to - 1)) === flat.lineAt(piece.from);
    if (touches) group?.push(piece);
    else groups.push([piece]);
  }
  return groups;
}
