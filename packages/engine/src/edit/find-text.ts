import { plain } from '#edit/ladder.ts';
import { occurrences, unitsOf } from '#edit/occurrences.ts';
import type { TextLines } from '#edit/lines.ts';

/** A file as one string with `\n` between lines, in which a text can be found wherever it begins. */
export interface FlatText {
  readonly text: string;
  /** Where (from 0) a wanted text stands, overlapping places too; never inside what is read as one character. */
  find(wanted: string): readonly number[];
  /** The same with the plain forms of typographic characters. */
  findPlain(wanted: string): readonly number[];
  /** The line (from 0) of a place. */
  lineAt(place: number): number;
  startOf(line: number): number;
}

export function flatten(file: TextLines): FlatText {
  const last = file.ends.at(-1);
  const text = file.lines.join('\n') + (last === undefined || last === '' ? '' : '\n');
  const starts = new Float64Array(file.lines.length);
  for (let line = 1; line < starts.length; line += 1) {
    starts[line] = (starts[line - 1] ?? 0) + (file.lines[line - 1]?.length ?? 0) + 1;
  }
  const findIn = (where: string, wanted: string) =>
    occurrences(unitsOf(where), unitsOf(wanted)).filter(
      (at) => isBetween(text, at) && isBetween(text, at + wanted.length),
    );
  return {
    text,
    find: (wanted) => findIn(text, wanted),
    findPlain: (wanted) => findIn(plain(text), plain(wanted)),
    lineAt: (place) => lastUpTo(starts, place),
    startOf: (line) => starts[line] ?? text.length,
  };
}

/** Marks, joiners and skin tones, which belong to the character before them. */
const belongsToPrevious = /^[\p{M}\p{Emoji_Modifier}\u200D]/u;

/** Whether a place is between two characters as people read them: a mark may not come to stand on another letter. */
function isBetween(text: string, at: number): boolean {
  if (at === 0 || at === text.length || text[at - 1] === '\n') return true;
  const before = text.charCodeAt(at - 1);
  if (before === 0x200d || (before >= 0xd800 && before < 0xdc00 && isLow(text.charCodeAt(at)))) return false;
  return text.charCodeAt(at) < 128 || !belongsToPrevious.test(text.slice(at, at + 2));
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

/** The index of the last of ascending values that is not above a value. */
function lastUpTo(values: Float64Array, value: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}
