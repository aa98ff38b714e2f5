import type { SearchMode } from '@yudai/contract';

const mostWords = 60;
/** A pattern the browser can hang on is not worth a coloured word. */
const longestPattern = 200;

/** What to mark in the preview of a hit; null when nothing can be marked. */
export function matcherOf(query: string, mode: SearchMode, isCaseSensitive: boolean): RegExp | null {
  const flags = isCaseSensitive ? 'gu' : 'giu';
  switch (mode) {
    case 'text':
      return new RegExp(escape(query), flags);
    case 'regex':
      return query.length > longestPattern ? null : tryPattern(query, flags);
    case 'ranked':
    case 'symbol':
    case 'path':
      return wordMatcher(query);
  }
}

export interface Part {
  readonly at: number;
  readonly text: string;
  readonly isMatch: boolean;
}

/** Cuts a line into what matches and what does not; together the parts are the line. */
export function splitMatches(text: string, matcher: RegExp | null): Part[] {
  if (matcher === null) return [{ at: 0, text, isMatch: false }];
  const parts: Part[] = [];
  let end = 0;
  for (const match of text.matchAll(matcher)) {
    if (match[0] === '') continue;
    if (match.index > end) parts.push({ at: end, text: text.slice(end, match.index), isMatch: false });
    end = match.index + match[0].length;
    parts.push({ at: match.index, text: match[0], isMatch: true });
  }
  if (end < text.length) parts.push({ at: end, text: text.slice(end), isMatch: false });
  return parts;
}

/** The words of a question of three letters and more, longest first so that `jobQueue` is marked whole. */
function wordMatcher(query: string): RegExp | null {
  const words = new Set(query.toLowerCase().match(/[\p{L}_$][\p{L}\p{N}_$]{2,}/gu) ?? []);
  const chosen = [...words].filter((word) => !common.has(word)).slice(0, mostWords);
  if (chosen.length === 0) return null;
  const pattern = chosen
    .toSorted((a, b) => b.length - a.length)
    .map(escape)
    .join('|');
  return new RegExp(pattern, 'giu');
}

const common = new Set(
  'the and for with that this from are was has have not but when then than its into you can does how what why where which will should would'.split(
    ' ',
  ),
);

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}

function tryPattern(pattern: string, flags: string): RegExp | null {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return null; // The server's dialect differs: it has already said whether the pattern is valid.
  }
}
