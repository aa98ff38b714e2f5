import type { CodeSymbol, SymbolKind } from '@yudai/contract';
import type { BlobFacts } from '#codebase/facts.ts';

/** The definitions of one file in the contract's form, in order of their lines. */
export function toCodeSymbols(path: string, facts: Pick<BlobFacts, 'definitions' | 'language'>): CodeSymbol[] {
  return facts.definitions.map((definition) => ({ ...definition, path, language: facts.language ?? '' }));
}

/**
 * Definitions whose name fits a query, best first: the whole name, its start, the starts of its parts (`gU` and `user` find `getUser`), then any part.
 * `Queue.push` asks for its container too. An empty query gives all, by path.
 */
export function findSymbols(symbols: readonly CodeSymbol[], query: string, kind?: SymbolKind): CodeSymbol[] {
  const segments = query
    .trim()
    .split(/\.|::|#/)
    .filter((part) => part !== '');
  const wanted = segments.at(-1) ?? '';
  const container = segments.slice(0, -1).join('.').toLowerCase();
  const scoreOf = scoreNames(wanted);
  return symbols
    .filter(
      (symbol) => (kind === undefined || symbol.kind === kind) && symbol.container.toLowerCase().endsWith(container),
    )
    .map((symbol) => ({ symbol, score: wanted === '' ? 1 : scoreOf(symbol.name) }))
    .filter(({ score }) => score > 0)
    .toSorted(
      (a, b) =>
        b.score - a.score ||
        (wanted === '' ? 0 : a.symbol.name.length - b.symbol.name.length) ||
        byPlace(a.symbol, b.symbol),
    )
    .map(({ symbol }) => symbol);
}

/** A repository repeats its names: each is compared once a query. */
function scoreNames(wanted: string): (name: string) => number {
  const scores = new Map<string, number>();
  const lowerWanted = wanted.toLowerCase();
  // A name without all the letters can neither have nor abbreviate what is asked for.
  const letters = new Set(lowerWanted);
  return (name) => {
    const known = scores.get(name);
    if (known !== undefined) return known;
    const score = scoreName(name, wanted, lowerWanted, letters);
    scores.set(name, score);
    return score;
  };
}

function scoreName(name: string, wanted: string, lowerWanted: string, letters: ReadonlySet<string>): number {
  if (name === wanted) return 6;
  const lower = name.toLowerCase();
  for (const letter of letters) if (!lower.includes(letter)) return 0;
  if (lower === lowerWanted) return 5;
  if (lower.startsWith(lowerWanted)) return 4;
  const parts = name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g)?.map((part) => part.toLowerCase()) ?? [];
  if (parts.some((part) => part.startsWith(lowerWanted))) return 3;
  if (startsOfParts(parts, lowerWanted)) return 2;
  return lower.includes(lowerWanted) ? 1 : 0;
}

/** Whether the letters are the starts of parts, in order: `gU`, `getus`, `gus` of `getUser`. */
function startsOfParts(parts: readonly string[], wanted: string): boolean {
  if (wanted === '') return true;
  const [part, ...rest] = parts;
  if (part === undefined) return false;
  for (let length = Math.min(part.length, wanted.length); length > 0; length -= 1) {
    if (part.startsWith(wanted.slice(0, length)) && startsOfParts(rest, wanted.slice(length))) return true;
  }
  return false;
}

function byPlace(a: CodeSymbol, b: CodeSymbol): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return a.startLine - b.startLine;
}
