import { occurrences } from '#edit/occurrences.ts';

/**
 * How much had to be overlooked to find the place, strictest first, each including those before it. Line ends are never looked at.
 * - `exact`: nothing.
 * - `trailing`: blanks at the ends of lines, and a line end that the last line of the file does not have.
 * - `indentation`: also blanks at the starts of lines, when all lines are shifted alike; new lines are shifted with them.
 * - `punctuation`: also typographic quotes, dashes and spaces for their plain forms. What stays, stays as the file has it.
 */
export type How = 'exact' | 'trailing' | 'indentation' | 'punctuation';

/** Finds whole lines in a file, from the strictest rung down. What a rung needs of the file is worked out once. */
export interface LineFinder {
  /** All lines (from 0) at which the wanted ones begin, on the first rung on which there are any. */
  find(wanted: readonly string[]): { readonly how: How; readonly starts: readonly number[] } | null;
  /** The same on one rung. */
  findOn(how: How, wanted: readonly string[]): readonly number[];
}

export const rungs: readonly How[] = ['exact', 'trailing', 'indentation', 'punctuation'];

export function createLineFinder(lines: readonly string[]): LineFinder {
  const known = new Map<How, { ids: ReadonlyMap<string, number>; units: Int32Array }>();
  const findOn = (how: How, wanted: readonly string[]): readonly number[] => {
    const form = forms[how];
    const { ids, units } = known.get(how) ?? number(lines, form);
    known.set(how, { ids, units });
    const numbers = wanted.map((line) => ids.get(form(line)) ?? -1);
    return numbers.includes(-1) ? [] : occurrences(units, numbers);
  };
  return {
    findOn,
    find(wanted) {
      for (const how of rungs) {
        const starts = findOn(how, wanted);
        if (starts.length > 0) return { how, starts };
      }
      return null;
    },
  };
}

/** The plain form of typographic characters, unit by unit, so that places stay the same. */
export function plain(text: string): string {
  return text.replace(typographic, (unit) => plainForms.get(unit) ?? unit);
}

/** Where a line's text begins and ends between its blanks; both the length when there is none. */
export function contentOf(line: string): { readonly start: number; readonly end: number } {
  let end = line.length;
  while (end > 0 && isBlankAt(line, end - 1)) end -= 1;
  if (end === 0) return { start: line.length, end: line.length };
  let start = 0;
  while (isBlankAt(line, start)) start += 1;
  return { start, end };
}

const forms: Readonly<Record<How, (line: string) => string>> = {
  exact: (line) => line,
  trailing: (line) => {
    const { start, end } = contentOf(line);
    return start === end ? '' : line.slice(0, end);
  },
  indentation: content,
  punctuation: (line) => content(plain(line)),
};

const plainForms: ReadonlyMap<string, string> = new Map(
  [
    ["'", '\u2018\u2019\u201A\u201B\u2032'],
    ['"', '\u201C\u201D\u201E\u201F\u2033'],
    ['-', '\u2010\u2011\u2012\u2013\u2014\u2015\u2212'],
    [' ', '\u00A0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u202F\u205F\u3000'],
  ].flatMap(([form = '', units = '']) => units.split('').map((unit) => [unit, form] as const)),
);
const typographic = new RegExp(`[${[...plainForms.keys()].join('')}]`, 'g');

function content(line: string): string {
  const { start, end } = contentOf(line);
  return line.slice(start, end);
}

function isBlankAt(line: string, at: number): boolean {
  const code = line.charCodeAt(at);
  return code === 32 || (code >= 9 && code <= 13);
}

/** Gives each different line a number. */
function number(lines: readonly string[], form: (line: string) => string) {
  const ids = new Map<string, number>();
  const units = new Int32Array(lines.length);
  for (const [at, line] of lines.entries()) {
    const formed = form(line);
    const id = ids.get(formed) ?? ids.size;
    ids.set(formed, id);
    units[at] = id;
  }
  return { ids, units };
}
