import { expect, test } from 'vitest';
import { formatAmount, formatBytes, formatDuration, formatTime } from '#output/numbers.ts';
import { barLine } from '#output/progress-bar.ts';
import { safeText } from '#output/safe-text.ts';
import { coloured, plain } from '#output/style.ts';
import { formatTable } from '#output/table.ts';

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KB'],
  [1_468_006, '1.4 MB'],
  [300 * 1024 ** 3, '300 GB'],
  [9 * 1024 ** 5, '9216 TB'],
])('%i bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [999, '999 ms'],
  [4210, '4.2 s'],
  [185_000, '3 min 5 s'],
])('%i ms are %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test('one is one and many are many', () => {
  expect([formatAmount(1, 'file'), formatAmount(1234, 'file'), formatAmount(0, 'match', 'matches')]).toEqual([
    '1 file',
    '1,234 files',
    '0 matches',
  ]);
});

test('what has not happened has no time', () => {
  expect(formatTime(null)).toBe('–');
  expect(formatTime(new Date(2026, 10, 21, 9, 5).toISOString())).toBe('2026-11-21 09:05');
});

test('columns align whatever colour the cells have', () => {
  const rows = [
    [coloured('red', 'a'), 'first'],
    ['longer', coloured('dim', 'second')],
  ];

  expect(formatTable(rows)).toBe(`${coloured('red', 'a')}       first\nlonger  ${coloured('dim', 'second')}`);
});

test('text of a repository cannot take over the terminal (N9)', () => {
  expect(safeText('a\u001b[2Jb\u0007\u009bc\u202ed')).toBe('a\ufffd[2Jb\ufffd\ufffdc\ufffdd');
  expect(safeText('line\n\ttabbed é 漢')).toBe('line\n\ttabbed é 漢');
});

test.each([20, 60, 80, 200])('a bar fits into %i columns and never shows more than all', (columns) => {
  const line = barLine('Indexing a repository with a long name', 250, 'parsing src/'.repeat(30), columns, plain);

  expect(line.length).toBeLessThanOrEqual(Math.max(columns, 40));
  expect(line.startsWith('━'.repeat(28))).toBe(true);
});
