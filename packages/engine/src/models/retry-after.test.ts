import { expect, test } from 'vitest';
import { pauseBefore, retryAfterOf } from './retry-after.ts';

test.each([
  [{ 'retry-after': '7' }, 7_000],
  [{ 'Retry-After': '0.5' }, 500],
  [{ 'retry-after-ms': '250', 'retry-after': '9' }, 250],
  [{ 'retry-after': 'Sat, 21 Nov 2026 12:00:10 GMT' }, 10_000],
  [{ 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT' }, 0],
  [{ 'retry-after': 'soon' }, null],
  [{ 'retry-after': '-3' }, null],
  [{}, null],
])('%j is understood as %s (I12)', (headers, expected) => {
  const now = Date.parse('2026-11-21T12:00:00Z');

  expect(retryAfterOf(headers, now)).toBe(expected);
});

test('pauses double from 2 s to 30 s, with at most 30 % on top (I12)', () => {
  const without = [1, 2, 3, 4, 5, 6].map((tries) => pauseBefore(tries, null, () => 0));
  const most = [1, 2, 3].map((tries) => pauseBefore(tries, null, () => 1));

  expect(without).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  expect(most).toEqual([2_600, 5_200, 10_400]);
  expect(pauseBefore(5, null, () => 1)).toBe(30_000);
});

test('what the provider asks for counts, unless it is more than 30 s (I12)', () => {
  expect(pauseBefore(1, 7_000, () => 1)).toBe(7_000);
  expect(pauseBefore(1, 30_001, () => 1)).toBeNull();
});
