import type { RankIndex } from '../rank/rank-index.ts';
import { symbolOf } from '../rank/rank-symbols.ts';
import { partsOfName, wholeOf } from '../terms/words.ts';
import { acceptsFile, citeOf, linesOf, previewOf } from './hit.ts';
import { tableOfTrigrams, type TrigramTable } from './trigrams.ts';
import type { Found, SearchDeps, SearchRequest } from './types.ts';

interface Match {
  readonly symbol: number;
  readonly file: number;
  readonly score: number;
  readonly why: string;
}

/** Definitions by name: exact, by start, by parts (`gU` finds `getUser`), in part, or nearly. `Queue.push` asks for its container too. */
export async function searchSymbols(deps: SearchDeps, request: SearchRequest): Promise<Found> {
  const { index } = deps;
  const matches = matchSymbols(index, request);
  const path = (file: number) => index.files[file]?.path ?? '';
  matches.sort(
    (a, b) =>
      b.score - a.score || (path(a.file) < path(b.file) ? -1 : path(a.file) > path(b.file) ? 1 : a.symbol - b.symbol),
  );
  const hits = await Promise.all(matches.slice(0, request.limit).map((match) => toSymbolHit(deps, match)));
  return { hits: hits.flat(), truncated: matches.length > request.limit, notes: [] };
}

function matchSymbols(index: RankIndex, request: SearchRequest): Match[] {
  const { symbols, files, groups } = index;
  const segments = request.query
    .trim()
    .split(/\.|::|#/)
    .filter(Boolean);
  const wanted = segments.at(-1) ?? '';
  const container = segments.slice(0, -1).join('.').toLowerCase();
  const byString = scoreStrings(symbols.strings, wanted, request.caseSensitive === true);

  const matches: Match[] = [];
  files.forEach((file, number) => {
    if (!acceptsFile(file, request)) return;
    const end = symbols.starts[number + 1] ?? 0;
    for (let symbol = symbols.starts[number] ?? 0; symbol < end; symbol++) {
      const score = byString[symbols.name[symbol] ?? 0] ?? 0;
      if (score === 0) continue;
      const around = (symbols.strings[symbols.container[symbol] ?? 0] ?? '').toLowerCase();
      if (container !== '' && !around.endsWith(container)) continue;
      // Code before documents before tests, a definition of many lines before an alias of one.
      const group = number < groups.code ? 0 : number < groups.offered ? 0.02 : 0.04;
      const short = symbols.startLine[symbol] === symbols.endLine[symbol] ? 0.01 : 0;
      matches.push({ symbol, file: number, score: score - group - short, why: whyOf(score) });
    }
  });
  return matches;
}

/** What comparing needs of every name, made once an index. */
interface NameForms {
  readonly lower: readonly string[];
  readonly whole: readonly string[];
  /** Lower-cased parts. */
  readonly parts: readonly (readonly string[])[];
  readonly trigrams: TrigramTable;
}

const formsOfStrings = new WeakMap<readonly string[], NameForms>();

function formsOf(strings: readonly string[]): NameForms {
  const known = formsOfStrings.get(strings);
  if (known !== undefined) return known;
  const lower = strings.map((name) => name.toLowerCase());
  const forms = {
    lower,
    whole: strings.map(wholeOf),
    parts: strings.map(lowerPartsOf),
    trigrams: tableOfTrigrams(lower),
  };
  formsOfStrings.set(strings, forms);
  return forms;
}

function lowerPartsOf(name: string): string[] {
  return partsOfName(name).map((part) => part.toLowerCase());
}

function scoreStrings(strings: readonly string[], wanted: string, caseSensitive: boolean): Float32Array {
  const scores = new Float32Array(strings.length);
  if (wanted === '') return scores;
  const score = caseSensitive ? scoreAsWritten(wanted) : scoreInAnyCase(formsOf(strings), wanted);
  strings.forEach((name, at) => {
    if (name !== '') scores[at] = name === wanted ? 1 : score(name, at);
  });
  return scores;
}

function scoreAsWritten(wanted: string): (name: string) => number {
  return (name) => (name.startsWith(wanted) ? 0.8 : name.includes(wanted) ? 0.6 : 0);
}

function scoreInAnyCase(forms: NameForms, wanted: string): (name: string, at: number) => number {
  const lower = wanted.toLowerCase();
  const whole = wholeOf(wanted);
  const asked = lowerPartsOf(wanted);
  const likeness = lower.length < 4 ? null : forms.trigrams.likenessTo(lower);
  return (_, at) => {
    const other = forms.lower[at] ?? '';
    if (other === lower || (whole.length > 2 && forms.whole[at] === whole)) return 0.95;
    if (other.startsWith(lower)) return 0.8;
    if (startsParts(forms.parts[at] ?? [], asked)) return 0.7;
    if (other.includes(lower)) return 0.6;
    const shared = likeness?.[at] ?? 0;
    return shared >= 0.4 ? shared / 2 : 0;
  };
}

/** `gU` and `getUs` start the parts of `getUser`. */
function startsParts(parts: readonly string[], asked: readonly string[]): boolean {
  return (
    asked.length > 1 && asked.length <= parts.length && asked.every((part, at) => parts[at]?.startsWith(part) === true)
  );
}

function whyOf(score: number): string {
  if (score >= 0.95) return 'the same name';
  if (score >= 0.8) return 'starts with it';
  if (score >= 0.7) return 'its parts start so';
  return score >= 0.6 ? 'the name has it' : 'a similar name';
}

async function toSymbolHit(
  { index, readText }: SearchDeps,
  { symbol, file, score, why }: Match,
): Promise<Found['hits']> {
  const of = index.files[file];
  if (of === undefined) return [];
  const { name, container, kind, startLine, endLine } = symbolOf(index, symbol);
  const preview = previewOf(linesOf(await readText(of.blob)), startLine, endLine);
  return [
    {
      path: of.path,
      blob: of.blob,
      language: of.language,
      startLine,
      endLine,
      cite: citeOf(of, startLine, endLine),
      score: Math.max(0, score),
      symbol: { name, container, kind },
      preview,
      reasons: [{ signal: 'symbol', share: 1, detail: `${container === '' ? name : `${container}.${name}`}: ${why}` }],
    },
  ];
}
