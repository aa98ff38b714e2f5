import type { Chunk, Definition, TermBags } from '../facts.ts';
import { encodeBags } from './bags.ts';
import { createCounter, streamTerms } from './count.ts';
import { hashOf } from './hash.ts';
import { createLexicon, type Lexicon } from './lexicon.ts';
import { forEachName, wholeOf } from './words.ts';

// A worker sees one repository after another: past this many terms the lexicon starts anew.
const lexiconLimit = 400_000;
let lexicon = createLexicon();

/**
 * The terms of one blob as compact bytes: bags per chunk, of its prose and of the names it defines, the names themselves, and its
 * word pairs. Terms are 32-bit hashes, so no dictionary has to be shared between blobs, runs or machines. The same input always
 * gives the same bytes. `chunks` are ascending and do not overlap; words between two belong to the earlier one.
 */
export function termsOf(
  text: string,
  language: string | null,
  definitions: readonly Definition[],
  chunks: readonly Chunk[],
): TermBags {
  // A cache of a pure function: what it holds never shows in the result.
  if (lexicon.size > lexiconLimit) lexicon = createLexicon();
  const stream = streamTerms(text, language, chunks, lexicon);
  const names = termsOfNames(definitions, lexicon);

  const { dictionary, places } = numberTerms([stream.terms, names], lexicon);
  const [terms = new Int32Array(), nameTerms = new Int32Array()] = places;
  const count = createCounter(dictionary.length);
  return encodeBags({
    dictionary,
    chunks: stream.chunkEnds.map((end, chunk) => count([terms.subarray(stream.chunkEnds[chunk - 1] ?? 0, end)])),
    prose: count(stretchesOf(terms, stream.prose)),
    names: count([nameTerms]),
    defined: ascending(definitions.map(({ name }) => definedHashOf(name))),
    pairs: stream.pairs,
  });
}

/** The hash under which a defined name is found, however it is written in a question. */
export function definedHashOf(name: string): number {
  return hashOf(`=${wholeOf(name)}`);
}

function termsOfNames(definitions: readonly Definition[], lexicon: Lexicon): Int32Array {
  const terms: number[] = [];
  for (const { name } of definitions)
    forEachName(name, 0, name.length, (start, end, hash) =>
      terms.push(...lexicon.terms(lexicon.lex(name, start, end, hash))),
    );
  return Int32Array.from(terms);
}

/** The distinct terms by ascending hash, and each stream as places among them. */
function numberTerms(
  streams: readonly Int32Array[],
  lexicon: Lexicon,
): { dictionary: Uint32Array; places: Int32Array[] } {
  // Places count from 1 here, so that zero means unseen.
  const places = lexicon.scratch();
  const distinct: number[] = [];
  for (const stream of streams)
    for (let at = 0; at < stream.length; at++) {
      const term = stream[at] ?? 0;
      if (places[term] !== 0) continue;
      places[term] = 1;
      distinct.push(term);
    }
  // Hash and order of appearance in one number, because numbers are sorted much faster than anything else.
  const order = Float64Array.from(distinct, (term, at) => lexicon.hash(term) * mostTerms + at).sort();
  const dictionary = new Uint32Array(order.length);
  for (let place = 0; place < order.length; place++) {
    const key = order[place] ?? 0;
    dictionary[place] = Math.floor(key / mostTerms);
    places[distinct[key % mostTerms] ?? 0] = place + 1;
  }
  const numbered = streams.map((stream) => {
    const numbers = new Int32Array(stream.length);
    for (let at = 0; at < stream.length; at++) numbers[at] = (places[stream[at] ?? 0] ?? 1) - 1;
    return numbers;
  });
  for (const term of distinct) places[term] = 0;
  return { dictionary, places: numbered };
}

/** More than a text of the largest size can have; with a hash of 32 bits still an exact number. */
const mostTerms = 2 ** 21;

function* stretchesOf(terms: Int32Array, bounds: readonly number[]): Iterable<Int32Array> {
  for (let at = 0; at < bounds.length; at += 2) yield terms.subarray(bounds[at], bounds[at + 1]);
}

function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].toSorted((a, b) => a - b);
}
