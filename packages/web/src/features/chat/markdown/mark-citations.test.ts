import type { Citation } from '@yudai/contract';
import { expect, test } from 'vitest';
import { markAt, markCitations, markOf } from '#features/chat/markdown/mark-citations.ts';

function cited(text: string, state: Citation['state'] = 'verified'): Citation {
  const [path = '', rest = ''] = text.split(':');
  return { text, path, startLine: Number.parseInt(rest, 10), endLine: Number.parseInt(rest, 10), blob: null, state };
}

test('citations become links, the longer ones not cut by the shorter, and code stays code', () => {
  const citations = [
    cited('a.ts:1'),
    cited('a.ts:10-12@0123456789ab', 'stale'),
    cited('src/__init__.py:3@0123456789ab'),
  ];
  const { text, marks } = markCitations(
    'See a.ts:10-12@0123456789ab, a.ts:1. And src/__init__.py:3@0123456789ab\n\n```\na.ts:1\n```\n`a.ts:1` a.ts:1',
    citations,
  );

  expect(text).toBe(
    'See [a.ts:10-12@0123456789ab](#cite-1), [a.ts:1](#cite-0). And [src/\\_\\_init\\_\\_.py:3@0123456789ab](#cite-2)\n\n' +
      '```\na.ts:1\n```\n`a.ts:1` [a.ts:1](#cite-0)',
  );
  expect(markAt('#cite-1', marks)?.state).toBe('stale');
  expect(markOf(' a.ts:1', marks)?.path).toBe('a.ts');
});

test('what a model writes itself leads to no citation that does not exist', () => {
  const { marks } = markCitations('[x](#cite-9)', [cited('a.ts:1')]);

  expect(markAt('#cite-9', marks)).toBeUndefined();
  expect(markAt('#cite-__proto__', marks)).toBeUndefined();
  expect(markAt('https://example.org/#cite-0', marks)).toBeUndefined();
});

test('while an answer is written its citations are marked as not checked yet, and only in their full form', () => {
  const { text, marks } = markCitations('At src/a.ts:4-9@0123456789ab and b.ts:3 at 10:30', []);

  expect(text).toBe('At [src/a.ts:4-9@0123456789ab](#cite-0) and b.ts:3 at 10:30');
  expect(marks).toEqual([
    { text: 'src/a.ts:4-9@0123456789ab', path: 'src/a.ts', startLine: 4, endLine: 9, state: null },
  ]);
});

test('an open fence at the end of what has arrived is code', () => {
  expect(markCitations('x\n```ts\na.ts:1\n', [cited('a.ts:1')]).text).toBe('x\n```ts\na.ts:1\n');
});

test('very long lines take no time worth mentioning', () => {
  const text = `${'`a '.repeat(20_000)}${'a/b.c'.repeat(40_000)}`;
  const before = performance.now();
  markCitations(text, [cited('a.ts:1')]);
  markCitations(text, []);

  // Only what hangs is caught here.
  expect(performance.now() - before).toBeLessThan(20_000);
});
