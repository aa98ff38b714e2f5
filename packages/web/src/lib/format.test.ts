import { expect, test } from 'vitest';
import { formatAgo, formatBytes, formatCost, formatDuration, formatNoun, formatShort } from '#lib/format.ts';

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KB'],
  [150 * 1024, '150 KB'],
  [1.5 * 1024 ** 2, '1.5 MB'],
  [3 * 1024 ** 5, '3072 TB'],
])('%i bytes are told as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [-5, '0 ms'],
  [84.4, '84 ms'],
  [2100, '2.1 s'],
  [59_960, '1m 00s'],
  [252_000, '4m 12s'],
  [3_780_000, '1h 03m'],
])('%d milliseconds are told as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test('times are told from now, in the largest unit that fits', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');
  expect(formatAgo('2026-11-21T11:59:30Z', now)).toBe('just now');
  expect(formatAgo('2026-11-21T11:55:00Z', now)).toBe('5m ago');
  expect(formatAgo('2026-11-20T11:55:00Z', now)).toBe('yesterday');
});

test('small costs keep the digits that matter', () => {
  expect([0, 3200, 410_000, 12_345_678].map(formatCost)).toEqual(['$0.00', '$0.0032', '$0.41', '$12.35']);
});

test('a count takes its noun in the right number', () => {
  expect([formatNoun(1, 'file'), formatNoun(5231, 'file'), formatNoun(2, 'branch', 'branches')]).toEqual([
    '1 file',
    '5,231 files',
    '2 branches',
  ]);
  expect(formatShort(253_700)).toBe('253.7K');
});
