import { randomBytes } from 'node:crypto';
import { generateKeyBetween } from 'fractional-indexing';

const digits = '123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * A position between two others; null is the start, or the end. A few random digits at its end make it another one than that which
 * somebody else gets for the same place at the same time: both are where they were put, and in the same order for everybody.
 */
export function positionBetween(before: string | null, after: string | null): string {
  const middle = generateKeyBetween(before, after);
  const random = Array.from(randomBytes(8), (byte) => digits.charAt(byte % digits.length)).join('');
  // Longer than the middle and yet before what follows: the middle is no beginning of it.
  return after?.startsWith(middle) === true ? positionBetween(middle, after) : middle + random;
}
