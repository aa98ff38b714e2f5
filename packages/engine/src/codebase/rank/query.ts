import { definedHashOf } from '../terms/index.ts';
import { hashOf, pairHashOf } from '../terms/hash.ts';
import { isStopWord, namesIn, stemsIn, termsOfName, wholeOf } from '../terms/words.ts';
import { cleanIssue } from './clean-issue.ts';
import { mentionsIn, type Mention } from './mentions.ts';

/** A question or an issue, ready to be scored. */
export interface Query {
  readonly title: string;
  readonly terms: readonly QueryTerm[];
  /** Names that a file may define: 1 when written like code, 0.6 with a capital, 0.25 plain. */
  readonly names: readonly QueryName[];
  readonly pairs: readonly { readonly hash: number; readonly words: string; readonly title: boolean }[];
  readonly mentions: readonly Mention[];
  /** How each term was first written, for people. */
  readonly written: ReadonlyMap<string, string>;
}

/** Weights are 1 + ln(occurrences) in that part of the text, 0 when the part does not have it. */
export interface QueryTerm {
  readonly hash: number;
  readonly term: string;
  readonly all: number;
  readonly title: number;
  readonly code: number;
}

export interface QueryName {
  readonly hash: number;
  readonly name: string;
  readonly weight: number;
  readonly title: boolean;
}

export function parseQuery(text: string): Query {
  const { title, body, code } = cleanIssue(text);
  const all = countTerms(body);
  const inTitle = countTerms(title);
  const inCode = countTerms(code);
  const weigh = (count: number | undefined) => (count === undefined ? 0 : 1 + Math.log(count));
  const names = namesIn(body);
  return {
    title,
    terms: [...all].map(([term, count]) => ({
      hash: hashOf(term),
      term,
      all: weigh(count),
      title: weigh(inTitle.get(term)),
      code: weigh(inCode.get(term)),
    })),
    names: queryNames(names, new Set(namesIn(code)), new Set(namesIn(title))),
    pairs: queryPairs(body, title),
    mentions: mentionsIn(text),
    written: writtenForms(names),
  };
}

function writtenForms(names: readonly string[]): Map<string, string> {
  const written = new Map<string, string>();
  for (const name of names) {
    const { whole, stems } = termsOfName(name);
    if (whole !== null && !written.has(whole)) written.set(whole, name);
    const [only] = stems;
    if (stems.length === 1 && only !== undefined && !written.has(only)) written.set(only, name);
  }
  return written;
}

function countTerms(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of namesIn(text)) {
    const { whole, stems } = termsOfName(name);
    for (const term of whole === null ? stems : [whole, ...stems]) counts.set(term, (counts.get(term) ?? 0) + 1);
  }
  return counts;
}

function queryNames(names: readonly string[], inCode: ReadonlySet<string>, inTitle: ReadonlySet<string>): QueryName[] {
  const found = new Map<number, QueryName>();
  for (const name of names) {
    const whole = wholeOf(name);
    if (whole.length < 3 || isStopWord(whole) || /^\d+$/.test(whole)) continue;
    const hash = definedHashOf(name);
    const weight = looksLikeCode(name) ? 1 : /^\p{Lu}/u.test(name) ? 0.6 : inCode.has(name) ? 0.6 : 0.25;
    const known = found.get(hash);
    if (known === undefined || known.weight < weight) found.set(hash, { hash, name, weight, title: inTitle.has(name) });
  }
  return [...found.values()];
}

function looksLikeCode(name: string): boolean {
  return /[\p{L}\d]_[\p{L}\d]|^_+\p{L}|\p{Ll}\p{Lu}|\p{L}\d+\p{L}/u.test(name);
}

function queryPairs(body: string, title: string): Query['pairs'] {
  const inTitle = new Set(pairsOf(title).map(({ hash }) => hash));
  const found = new Map(pairsOf(body).map((pair) => [pair.hash, { ...pair, title: inTitle.has(pair.hash) }]));
  return [...found.values()].toSorted((a, b) => a.hash - b.hash);
}

function pairsOf(text: string): { hash: number; words: string }[] {
  const stems = stemsIn(text);
  return stems.flatMap((stem, at) => {
    const next = stems[at + 1];
    return next === undefined || next === stem
      ? []
      : [{ hash: pairHashOf(hashOf(stem), hashOf(next)), words: `${stem} ${next}` }];
  });
}
