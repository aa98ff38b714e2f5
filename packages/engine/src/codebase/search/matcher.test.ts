import fc from 'fast-check';
import { RE2JS } from 're2js';
import { expect, test } from 'vitest';
import { matchExactly, matchPattern } from './matcher.ts';

/** What the engine finds in the whole text, without a shortcut. */
function found(pattern: string, text: string, caseSensitive: boolean): string[] {
  const matcher = RE2JS.compile(pattern, RE2JS.MULTILINE | (caseSensitive ? 0 : RE2JS.CASE_INSENSITIVE)).matcher(text);
  const places: string[] = [];
  while (matcher.find()) if (matcher.end() > matcher.start()) places.push(`${matcher.start()}-${matcher.end()}`);
  return places;
}

function foundByUs(pattern: string, text: string, caseSensitive: boolean): string[] {
  const places: string[] = [];
  matchPattern(pattern, caseSensitive)(text, (start, end) => places.push(`${start}-${end}`) > 0);
  return places;
}

const pieces = [
  'user',
  'get',
  'A',
  'b',
  ' ',
  '\\b',
  '\\B',
  '\\w',
  '\\w*',
  '\\s',
  '\\S+',
  '\\d?',
  '\\(',
  '\\.',
  '.',
  '.*',
  '^',
  '$',
]
  .concat([
    '[a-z]+',
    '[^a]',
    '[(|]',
    '[[:space:]]',
    '\\x41',
    '\\x{41}',
    '\\pL',
    '\\p{Lu}+',
    '\\101',
    '\\Qget.\\E',
    '\\n',
    '\\W',
  ])
  .concat(['(?s:.)', '(get|user)', 'r?', 'e*', 't{2}', '\\A', '\\z', '\\D', '\\PL', '[\\s,]', '[\\w-]']);
const words = [
  'user',
  'User',
  'getUser(',
  'get.',
  'GET',
  'A',
  'b',
  'a1',
  '\t',
  ' ',
  '\n',
  '\n',
  '\r\n',
  'İ',
  'é',
  'tt',
  '(',
  ',',
];

test('what is skipped for speed is nothing that the pattern matches (G15)', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 5 }),
      fc.array(fc.constantFrom(...words), { maxLength: 30 }),
      fc.boolean(),
      (parts, text, caseSensitive) => {
        const pattern = parts.join('');
        fc.pre(isValid(pattern));
        expect(foundByUs(pattern, text.join(''), caseSensitive)).toEqual(found(pattern, text.join(''), caseSensitive));
      },
    ),
    { numRuns: 5000 },
  );
});

test('matches are visited until somebody has seen enough', () => {
  let seen = 0;

  matchPattern('user', true)('user user\nuser', () => ++seen < 2);

  expect(seen).toBe(2);
});

function isValid(pattern: string): boolean {
  try {
    RE2JS.compile(pattern);
    return true;
  } catch {
    return false;
  }
}

test('a text of any signs is looked for as it stands (G15)', () => {
  const signs = String.fromCharCode(...Array.from({ length: 95 }, (_, index) => 32 + index));

  for (const wanted of [...signs.split(''), signs, 'retry-policy', 'a|b', '[x]', '\\d', '$&', '(', 'é—漢🍵'])
    for (const caseSensitive of [true, false]) {
      const places: [number, number][] = [];
      matchExactly(wanted, caseSensitive)(`\n${wanted}\n`, (start, end) => places.push([start, end]) > 0);
      expect(places).toEqual([[1, 1 + wanted.length]]);
    }
});
