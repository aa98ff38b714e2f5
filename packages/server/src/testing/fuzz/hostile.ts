import { idPrefixes } from '@yudai/contract';
import fc from 'fast-check';

/** Texts that break parsers, shells, queries and pages that trust them. */
export const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '__proto__',
    'constructor',
    '../../etc/passwd',
    '..%2f..',
    "' or 1=1 --",
    '"; drop table users; --',
    '\u0000',
    '\r\nx-evil: 1',
    '--upload-pack=touch x',
    'ext::sh -c id',
    '<script>alert(1)</script>',
    '${7*7}',
    '(a+)+$',
    'x'.repeat(5000),
    '-1',
    '1e309',
    'NaN',
    '9'.repeat(40),
    'file:///etc/passwd',
    'http://169.254.169.254/',
    '\uD800',
    '%',
    '٣',
    '[object Object]',
  ),
);

/** Any JSON that no field expects. */
export const junk: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(hostileText, { maxLength: 3 }),
  fc.jsonValue({ maxDepth: 5 }),
);

/** Well-formed ids of nothing. */
export const strangeId = fc.constantFrom(...Object.values(idPrefixes)).map((prefix) => `${prefix}_${'0'.repeat(26)}`);
