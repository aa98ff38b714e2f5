import { expect, test } from 'vitest';
import { positionBetween } from './order.ts';

test('there is always a place between two others, and it lies between them (D14)', () => {
  const end = positionBetween(null, null);
  const places = [end];
  for (let round = 0; round < 500; round += 1) {
    const low = round % 2 === 0 ? (places.at(-2) ?? null) : (places.at(-3) ?? null);
    places.splice(-1, 0, positionBetween(low, end));
    places.sort((a, b) => (a < b ? -1 : 1));
  }

  expect(places.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(places);
  expect(new Set(places).size).toBe(501);
  expect(places.at(-1)).toBe(end);
});

test('who comes last is last, with short keys after ten thousand (D14 Q6)', () => {
  const keys: string[] = [];
  for (let count = 0; count < 10_000; count += 1) keys.push(positionBetween(keys.at(-1) ?? null, null));

  expect(keys.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(keys);
  expect(Math.max(...keys.map((key) => key.length))).toBeLessThan(16);
});

test('the same gap at the same time is two places (D14)', () => {
  const [low, high] = [positionBetween(null, null), positionBetween(null, null)].toSorted();

  const places = Array.from({ length: 1000 }, () => positionBetween(low ?? null, high ?? null));

  expect(new Set(places).size).toBe(1000);
});
