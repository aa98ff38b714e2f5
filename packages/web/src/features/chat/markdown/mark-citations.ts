import type { Citation } from '@yudai/contract';

/** A place in the code that a text names. Its state is null while the answer is still being written. */
export interface Mark {
  readonly text: string;
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly state: Citation['state'] | null;
}

const scheme = '#cite-';
/** Fences, also open ones, and inline code: there a citation is not a link but what it says. */
const code = /(^ {0,3}(?:```|~~~)[\s\S]*?(?:^ {0,3}(?:```|~~~)[ \t]*$|(?![\s\S]))|(`+)[^`][\s\S]*?\2(?!`))/m;
/** What is a citation beyond doubt, before the server has checked it. */
const unchecked = /(?<![\w/.@-])([\w@.+()/-]*[\w)]):(\d{1,7})(?:-(\d{1,7}))?@[0-9a-f]{7,40}(?![\w-])/g;

/**
 * Markdown in which every citation is a link to `#cite-<place in marks>`, so that names with underscores survive, and what these links mean.
 * `citations` is what the server has checked; without them those in the full form `path:1-2@blob` are marked.
 */
export function markCitations(text: string, citations: readonly Citation[]): { text: string; marks: Mark[] } {
  const marks: Mark[] = citations.length > 0 ? citations.map(toMark) : uncheckedIn(text);
  if (marks.length === 0) return { text, marks };
  // The longest first: `a.ts:1` is the beginning of `a.ts:10`.
  const texts = marks.map((mark) => mark.text).toSorted((one, other) => other.length - one.length);
  const pattern = new RegExp(`(?<![\\w/.@-])(?:${texts.map(escapePattern).join('|')})(?![\\w@-]|:\\d)`, 'g');
  const places = new Map(marks.map((mark, place) => [mark.text, place]));
  const pieces: string[] = [];
  for (let rest = text; rest !== '';) {
    const found = code.exec(rest);
    const end = found?.index ?? rest.length;
    pieces.push(
      rest.slice(0, end).replace(pattern, (cite) => `[${escapeText(cite)}](${scheme}${places.get(cite) ?? 0})`),
    );
    pieces.push(found?.[0] ?? '');
    rest = rest.slice(end + (found?.[0].length ?? 0));
  }
  return { text: pieces.join(''), marks };
}

/** What a link leads to, when it is one of `markCitations`. */
export function markAt(href: string | undefined, marks: readonly Mark[]): Mark | undefined {
  if (href?.startsWith(scheme) !== true) return undefined;
  return marks[Number(href.slice(scheme.length))];
}

/** The citation that inline code consists of. */
export function markOf(text: string, marks: readonly Mark[]): Mark | undefined {
  return marks.find((mark) => mark.text === text.trim());
}

function toMark({ text, path, startLine, endLine, state }: Citation): Mark {
  return { text, path, startLine, endLine, state };
}

function uncheckedIn(text: string): Mark[] {
  const found = new Map<string, Mark>();
  for (const [whole, path = '', start = '1', end = start] of text.matchAll(unchecked)) {
    found.set(whole, { text: whole, path, startLine: Number(start), endLine: Number(end), state: null });
  }
  return [...found.values()];
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

function escapeText(text: string): string {
  return text.replace(/[\\`*_[\]<>~]/g, String.raw`\$&`);
}
