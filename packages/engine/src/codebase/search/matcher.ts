import { RE2JS, RE2JSException, RE2JSSyntaxException } from 're2js';
import { SearchError } from './search-error.ts';

/** Calls `visit` with the bounds of every match in a text, until it answers false. Takes time linear in the text. */
export type Matcher = (text: string, visit: (start: number, end: number) => boolean) => void;

/** Every occurrence of the exact text. */
export function matchExactly(wanted: string, caseSensitive: boolean): Matcher {
  if (wanted === '') throw new SearchError('Say what to look for: the text is empty.');
  // Escaped, the pattern has nothing to go back to; it is only there for letters of either case.
  const pattern = new RegExp(wanted.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), caseSensitive ? 'gu' : 'giu');
  return (text, visit) => {
    for (const match of text.matchAll(pattern)) if (!visit(match.index, match.index + match[0].length)) return;
  };
}

/**
 * RE2 syntax, `^` and `$` at line ends. There is no pattern that takes more than linear time; back-references and look-arounds are
 * refused. Throws `SearchError` with the position for a pattern that is wrong.
 */
export function matchPattern(pattern: string, caseSensitive: boolean): Matcher {
  const compiled = compile(pattern, RE2JS.MULTILINE | (caseSensitive ? 0 : RE2JS.CASE_INSENSITIVE));
  // The engine reads a few megabytes a second, and looking for plain letters is a hundred times faster: most texts do not have them, and
  // where no match can span lines, only lines that do are given to the engine.
  const literal = caseSensitive ? literalOf(pattern) : literalOf(pattern).toLowerCase();
  const isWithinLine = staysInLine(pattern);
  return (text, visit) => {
    if (literal === '') return void visitMatches(compiled, text, 0, visit);
    const plain = caseSensitive ? text : text.toLowerCase();
    if (!plain.includes(literal)) return;
    // A few letters have more units in lower case, and then places differ.
    if (!isWithinLine || plain.length !== text.length) return void visitMatches(compiled, text, 0, visit);
    for (let at = plain.indexOf(literal); at >= 0;) {
      const start = plain.lastIndexOf('\n', at) + 1;
      const newline = plain.indexOf('\n', at);
      const end = newline < 0 ? text.length : newline;
      if (!visitMatches(compiled, text.slice(start, end), start, visit)) return;
      at = plain.indexOf(literal, end);
    }
  };
}

/** Visits the matches in a part of a text that starts at `offset`; false when the visitor has seen enough. */
function visitMatches(compiled: RE2JS, part: string, offset: number, visit: Parameters<Matcher>[1]): boolean {
  const matcher = compiled.matcher(part);
  while (matcher.find()) {
    const [start, end] = [matcher.start(), matcher.end()];
    // An empty match says nothing about a line.
    if (end > start && !visit(offset + start, offset + end)) return false;
  }
  return true;
}

function compile(pattern: string, flags: number): RE2JS {
  try {
    return RE2JS.compile(pattern, flags);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    if (!(error instanceof RE2JSSyntaxException))
      throw new SearchError(`This pattern cannot be used: ${error.message}.`);
    const position = positionOf(pattern, error.getPattern() ?? pattern);
    throw new SearchError(
      `This pattern is wrong at character ${position + 1}: ${error.getDescription()} (\`${error.getPattern() ?? pattern}\`). Patterns follow RE2: no back-references and no look-around.`,
      position,
    );
  }
}

function positionOf(pattern: string, fragment: string): number {
  if (!fragment.endsWith(pattern)) return Math.max(0, pattern.indexOf(fragment));
  // The whole pattern is blamed for a bracket that is never closed: point at the last one opened.
  const open = Math.max(pattern.lastIndexOf('('), pattern.lastIndexOf('['));
  return Math.max(0, open);
}

// `\x41`, `\x{41}`, `\p{Lu}`, `\pL`, `\101`, `\Q…\E`, `\w`
const escapes = /\\(?:x\{[^}]*\}|x..|[pP]\{[^}]*\}|[pP].|[0-7]{1,3}|Q.*?(?:\\E|$)|.)/gs;
const classes = /\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]/gs;

/** Letters that every match must have: the longest plain run of a pattern without groups and alternatives. */
function literalOf(pattern: string): string {
  const bare = pattern.replaceAll(escapes, '\0').replaceAll(classes, '\0');
  if (/[|()]/.test(bare)) return '';
  const plain = bare.replaceAll(/.(?:[?*]|\{[^}]*\})/gs, '\0').replaceAll(/[.^$+]/g, '\0');
  return plain.split('\0').reduce((longest, run) => (run.length > longest.length ? run : longest), '');
}

/** Whether the pattern has only parts that surely match no line break, and no `\A` or `\z`, to which a line is not the text. */
function staysInLine(pattern: string): boolean {
  const rest = pattern.replaceAll(/\\[bBdw.$^*+?()[\]{}|/\\-]/g, '').replaceAll(/\[[\w .,:;-]*\]/g, '');
  return !/[\\[\n]|\(\?/.test(rest);
}
