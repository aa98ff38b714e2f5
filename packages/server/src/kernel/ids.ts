import { randomBytes } from 'node:crypto';
import { type Id, type IdKind, idPrefixes } from '@yudai/contract';

const crockford = '0123456789abcdefghjkmnpqrstvwxyz';

/** A new id of this kind: 48 bits of time, then 80 random bits (ULID), so ids sort by age to the millisecond. */
export function newId<K extends IdKind>(kind: K, now: Date): Id<K> {
  let time = now.getTime();
  let timePart = '';
  for (let digit = 0; digit < 10; digit += 1) {
    timePart = crockford.charAt(time % 32) + timePart;
    time = Math.floor(time / 32);
  }
  const randomPart = Array.from(randomBytes(16), (byte) => crockford.charAt(byte % 32)).join('');
  return `${idPrefixes[kind]}_${timePart}${randomPart}` as Id<K>;
}
