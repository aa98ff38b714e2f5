import { stemmer } from 'stemmer';

// Words that say nothing in an issue, a comment or a name. Short on purpose: rarity weighs the rest.
const stopWords = new Set(
  `a an and are as at be been but by can could did do does for from had has have how i if in into is it its me my no not of on or
  our should so some such than that the their them then there these they this to was we were what when where which while who why
  will with would you your am any just like about also being because`
    .split(/\s+/)
    .filter(Boolean),
);

const longestName = 80;
const cjk = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/;
const partPattern = /\p{Lu}{2,}(?=\p{Lu}\p{Ll})|\p{Lu}?\p{Ll}+|\p{Lu}+|\p{Lo}+|\p{M}+|[0-9]+/gu;

/** What one written name contributes: its whole form when it has several parts, and the stems of its parts in order. */
export interface NameTerms {
  readonly whole: string | null;
  readonly stems: readonly string[];
}

/**
 * Calls `visit` with the bounds of every name-like run (letters, digits, `_`, `$`, anything past ASCII that is not punctuation) and a
 * 32-bit hash of its units.
 */
export function forEachName(
  text: string,
  from: number,
  to: number,
  visit: (start: number, end: number, hash: number) => void,
): void {
  let at = from;
  while (at < to) {
    while (at < to && nameUnits[text.charCodeAt(at)] === 0) at++;
    const start = at;
    let hash = 0x811c9dc5 | 0;
    for (; at < to; at++) {
      const unit = text.charCodeAt(at);
      if (nameUnits[unit] === 0) break;
      hash = Math.imul(hash ^ unit, 0x01000193);
    }
    if (at - start >= 2 && at - start <= longestName) visit(start, at, hash);
  }
}

/** `getHTTPResponse` → `gethttpresponse` + get, http, respons. Words of one part have no whole form: it would count twice. */
export function termsOfName(name: string): NameTerms {
  const parts = partsOfName(name);
  const stems: string[] = [];
  for (const part of parts) {
    const term = termOfPart(part);
    if (term !== null) stems.push(term);
  }
  const whole = parts.length > 1 ? wholeOf(name) : null;
  return { whole: whole !== null && whole.length <= 60 && whole.length > 2 ? whole : null, stems };
}

/** The lower-cased name without separators, so that `get_user`, `getUser` and `GET_USER` are one. */
export function wholeOf(name: string): string {
  return name.toLowerCase().replaceAll(/[_$\-.]+/g, '');
}

/** Names and words of a text, in order, as written. */
export function namesIn(text: string): string[] {
  const names: string[] = [];
  forEachName(text, 0, text.length, (start, end) => names.push(text.slice(start, end)));
  return names;
}

/** Stems of a text in order, wholes left out. */
export function stemsIn(text: string): string[] {
  return namesIn(text).flatMap((name) => termsOfName(name).stems);
}

export function isStopWord(word: string): boolean {
  return stopWords.has(word);
}

export function partsOfName(name: string): string[] {
  if (cjk.test(name)) return bigramsOf(name);
  return name.match(partPattern) ?? [];
}

function termOfPart(part: string): string | null {
  const lower = part.toLowerCase();
  const first = lower.charCodeAt(0);
  if (first >= 48 && first <= 57) return lower.length >= 2 && lower.length <= 6 ? lower : null;
  if (lower.length < 2 || stopWords.has(lower)) return null;
  return lower.length > 2 ? stemmer(lower) : lower;
}

// Scripts written without spaces are matched by pairs of characters.
function bigramsOf(name: string): string[] {
  const grams: string[] = [];
  for (let at = 0; at + 1 < name.length; at++) grams.push(name.slice(at, at + 2));
  return grams;
}

/** Whether a UTF-16 unit can be part of a name. */
export function isNameUnit(unit: number): boolean {
  return nameUnits[unit] === 1;
}

function canBeInName(unit: number): boolean {
  if (unit < 0x80)
    return (
      (unit >= 97 && unit <= 122) ||
      (unit >= 65 && unit <= 90) ||
      (unit >= 48 && unit <= 57) ||
      unit === 95 ||
      unit === 36
    );
  if (unit < 0xc0) return unit === 0xaa || unit === 0xb5 || unit === 0xba;
  // General punctuation, arrows and box drawing, CJK punctuation, full-width forms.
  return (
    !((unit >= 0x2000 && unit <= 0x2bff) || (unit >= 0x3000 && unit <= 0x303f) || (unit >= 0xff00 && unit <= 0xff0f)) &&
    unit !== 0xd7 &&
    unit !== 0xf7
  );
}

/** Asked once for every unit of a repository, hence a table. */
const nameUnits = Uint8Array.from({ length: 0x1_0000 }, (_, unit) => (canBeInName(unit) ? 1 : 0));
