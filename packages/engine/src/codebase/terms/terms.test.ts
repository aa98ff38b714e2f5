import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Chunk, Definition } from '../facts.ts';
import { type BagsVisitor, readAscending, readDictionary, visitBags } from './bags.ts';
import { hashOf, pairHashOf } from './hash.ts';
import { definedHashOf, termsOf } from './index.ts';
import { forEachSegment } from './prose.ts';

interface Read {
  chunks: Map<number, number>[];
  prose: Map<number, number>;
  names: Map<number, number>;
  defined: number[];
  pairs: number[];
  lengths: number[];
}

function read(bags: Uint8Array): Read {
  const found: Read = { chunks: [], prose: new Map(), names: new Map(), defined: [], pairs: [], lengths: [] };
  const reader = { bytes: bags, at: 0 };
  const dictionary = readDictionary(reader);
  const hash = (place: number) => dictionary[place] ?? 0;
  const visitor: BagsVisitor = {
    chunk: (_, length) => {
      found.chunks.push(new Map());
      found.lengths.push(length);
    },
    chunkTerm: (place, count) => found.chunks.at(-1)?.set(hash(place), count),
    prose: () => {},
    proseTerm: (place, count) => found.prose.set(hash(place), count),
    names: () => {},
    nameTerm: (place, count) => found.names.set(hash(place), count),
    defined: (value) => found.defined.push(value),
    pairs: (bytes, count) => readAscending({ bytes, at: 0 }, count, (pair) => found.pairs.push(pair)),
  };
  visitBags(reader, visitor);
  return found;
}

function define(name: string, startLine: number): Definition {
  return { name, container: '', kind: 'function', startLine, endLine: startLine, signature: '', doc: null };
}

const text = `def load_config(path):\n    # reads settings twice, settings first\n    return path\n\ndef save(value):\n    value = "written words"\n    return value.value\n`;
const chunks: Chunk[] = [
  { startLine: 1, endLine: 4 },
  { startLine: 5, endLine: 8 },
];

test('each chunk counts its own words', () => {
  const { chunks: bags, lengths } = read(termsOf(text, 'Python', [], chunks));

  expect(bags[0]?.get(hashOf('set'))).toBe(2);
  expect(bags[0]?.get(hashOf('path'))).toBe(2);
  expect(bags[0]?.has(hashOf('valu'))).toBe(false);
  expect(bags[1]?.get(hashOf('valu'))).toBe(4);
  expect(bags[0]?.get(hashOf('loadconfig'))).toBe(1);
  expect(lengths).toEqual(bags.map((bag) => bag.values().reduce((sum, count) => sum + count, 0)));
});

test('prose is what stands in comments and strings', () => {
  const { prose } = read(termsOf(text, 'Python', [], chunks));

  expect([...prose.keys()].toSorted((a, b) => a - b)).toEqual(
    ['read', 'set', 'twice', 'first', 'written', 'word'].map(hashOf).toSorted((a, b) => a - b),
  );
});

test('definitions are kept as names, as words of names and as hashes', () => {
  const { names, defined } = read(termsOf(text, 'Python', [define('load_config', 1), define('save', 5)], chunks));

  expect(names.has(hashOf('load'))).toBe(true);
  expect(names.has(hashOf('config'))).toBe(true);
  expect(defined).toEqual([definedHashOf('loadConfig'), definedHashOf('SAVE')].toSorted((a, b) => a - b));
});

test('neighbouring words make a pair, each pair once', () => {
  const { pairs } = read(termsOf('alpha beta alpha beta', 'Text', [], [{ startLine: 1, endLine: 1 }]));

  const wanted = [pairHashOf(hashOf('alpha'), hashOf('beta')), pairHashOf(hashOf('beta'), hashOf('alpha'))];
  expect(pairs).toEqual(wanted.toSorted((a, b) => a - b));
});

test('the same blob gives the same bytes whatever was read before', () => {
  const first = termsOf(text, 'Python', [define('save', 5)], chunks);
  termsOf('other words and moreNames here', 'Go', [], [{ startLine: 1, endLine: 1 }]);

  expect(termsOf(text, 'Python', [define('save', 5)], chunks)).toEqual(first);
});

// Facts live for years: other bytes need another `factsVersion`, and then new values here.
test.each([
  ['TypeScript', 'c74d9f6b58b1feed7a306a622fbc66371b9f8b76799ab1f4651233c71a935cff'],
  ['Python', '6a2e5e09d43002715ea8f0dd7eb378eb5f6f27ce71cc0034240314b461baa8a6'],
  [null, '5ec588990a4f39d802ccb09c1494917994bd09985a1ece75ff3f05b005f30d34'],
])('the bytes for %s are those that are already stored', (language, recorded) => {
  const mixed = Array.from({ length: 400 }, (_, at) => {
    if (at % 3 === 0) return `// Die Größe von naïve HTTPServer${at} ist 漢字かな交じり文`;
    if (at % 3 === 1)
      return `export function getHTTPResponse_${at % 7}(user_id: string, $x${at}: number) { return "quoted ${at * 37} words"; }`;
    return `const ABC_DEF${at % 13} = \`template \${value${at}}\`; /* block don't */ x(); ${'long'.repeat(at % 30)}`;
  }).join('\n');
  const definitions = Array.from({ length: 20 }, (_, at) => define(`getHTTPResponse_${at}`, at + 1));
  const fifties = Array.from({ length: 8 }, (_, at) => ({ startLine: at * 50 + 1, endLine: at * 50 + 50 }));

  const bags = termsOf(mixed, language, definitions, fifties);

  expect(createHash('sha256').update(bags).digest('hex')).toBe(recorded);
});

test('any text can be read, and what is written is what is read', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constantFrom('Python', 'TypeScript', 'SQL', 'HTML', null),
      (any, language) => {
        const lines = any.split('\n').length;
        const { lengths, chunks: bags, pairs } = read(termsOf(any, language, [], [{ startLine: 1, endLine: lines }]));
        expect(lengths).toEqual(bags.map((bag) => bag.values().reduce((sum, count) => sum + count, 0)));
        expect(pairs).toEqual([...new Set(pairs)].toSorted((a, b) => a - b));
      },
    ),
  );
});

test('a blob without chunks, words or definitions has empty bags', () => {
  expect(read(termsOf('', null, [], []))).toEqual({
    chunks: [],
    prose: new Map(),
    names: new Map(),
    defined: [],
    pairs: [],
    lengths: [],
  });
});

test.each([
  ['Python', `x = 1 # note\ny = """doc\nstring""" + z`, ['# note', '"""doc\nstring"""']],
  ['TypeScript', 'a(); // note\n/* b\nc */ d(`t ${e}`)', ['// note', '/* b\nc */', '`t ${e}`']],
  ['Rust', `fn f<'a>(x: &'a str) { g("s") }`, ['"s"']],
  ['SQL', `select 'x' -- note`, [`'x'`, '-- note']],
  ['HTML', '<p><!-- note -->text</p>', ['<!-- note -->']],
  ['Markdown', '# Title', ['# Title']],
  ['C', '"not closed\nint x;', []],
])('comments and strings of %s are found', (language, source, wanted) => {
  const prose: string[] = [];
  let covered = '';
  forEachSegment(source, language, (from, to, isProse) => {
    covered += source.slice(from, to);
    if (isProse) prose.push(source.slice(from, to));
  });

  expect(prose).toEqual(wanted);
  expect(covered).toBe(source);
});
