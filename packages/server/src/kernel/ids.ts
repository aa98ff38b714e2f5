import { randomBytes, randomInt } from 'node:crypto';
import { type Id, type IdKind, idPrefixes } from '@yudai/contract';

const crockford = '0123456789abcdefghjkmnpqrstvwxyz';

/** Ten digits of time, four that count within a millisecond, twelve that are random. */
const [timeDigits, countDigits, randomDigits] = [10, 4, 12];

/** Where the count begins is random too, low enough to leave room for half a million ids of one millisecond. */
const highestBeginning = 32 ** countDigits / 2;

let last = { time: 0, count: 0 };

/**
 * A new id of this kind, in the form of a ULID: 48 bits of time, then 80 bits of which the first 20 count up within a millisecond and
 * the rest are random. Ids that one process makes sort in the order in which they were made; those of several, to the millisecond.
 */
export function newId<K extends IdKind>(kind: K, now: Date): Id<K> {
  const time = now.getTime();
  last = { time, count: time === last.time ? last.count + 1 : randomInt(highestBeginning) };
  const random = Array.from(randomBytes(randomDigits), (byte) => crockford.charAt(byte % 32)).join('');
  return `${idPrefixes[kind]}_${digits(time, timeDigits)}${digits(last.count, countDigits)}${random}` as Id<K>;
}

/** The last digits of a number, to the base 32. */
function digits(number: number, count: number): string {
  const places = Array.from({ length: count }, (_, place) => Math.floor(number / 32 ** (count - 1 - place)) % 32);
  return places.map((digit) => crockford.charAt(digit)).join('');
}
