import { expect, test } from 'vitest';
import { idSchema } from '@yudai/contract';
import { newId } from './ids.ts';

const now = new Date('2026-11-22T13:00:00.123Z');

test('ids of one millisecond sort in the order in which they were made', () => {
  const ids = Array.from({ length: 20_000 }, () => newId('memory', now));

  expect(ids.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => idSchema('memory').safeParse(id).success)).toBe(true);
});

test('an id sorts after those of every earlier millisecond, and begins as the ULID of its time does', () => {
  const earlier = newId('memory', new Date(now.getTime() - 1));
  const id = newId('memory', now);

  expect(id > earlier).toBe(true);
  // The ULID specification's own alphabet: the milliseconds since 1970, ten digits to the base 32.
  expect(id.slice(4, 14)).toBe(
    Array.from(now.getTime().toString(32).padStart(10, '0'), (digit) =>
      '0123456789abcdefghjkmnpqrstvwxyz'.charAt(Number.parseInt(digit, 32)),
    ).join(''),
  );
});
