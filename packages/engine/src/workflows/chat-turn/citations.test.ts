import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkCitations, citationsIn } from '#workflows/chat-turn/citations.ts';

test.each([
  ['`src/queue.ts:12-30@0123456789ab`', 'src/queue.ts', 12, 30, '0123456789ab'],
  ['(see packages/web/src/app/root.tsx:7)', 'packages/web/src/app/root.tsx', 7, 7, null],
  ['app/[id]/page.tsx:3-4@abcdef0', 'app/[id]/page.tsx', 3, 4, 'abcdef0'],
  ['`src/a b.ts:1@0123456789ab`', 'src/a b.ts', 1, 1, '0123456789ab'],
  ['(src/queue.ts:2-4@0123456789ab)', 'src/queue.ts', 2, 4, '0123456789ab'],
  ['[(src/queue.ts:2-4)]', 'src/queue.ts', 2, 4, null],
  ['((app)/page.tsx:1)', '(app)/page.tsx', 1, 1, null],
  ['(app)/[id]/page.tsx:1', '(app)/[id]/page.tsx', 1, 1, null],
  ['Dockerfile.prod:2-9.', 'Dockerfile.prod', 2, 9, null],
])('%s is a place in the code (D7)', (text, path, startLine, endLine, blob) => {
  expect(citationsIn(text)).toMatchObject([{ path, startLine, endLine, blob }]);
});

test.each([
  'at 12:30',
  'http://localhost:8080/a.ts',
  '127.0.0.1:80',
  'ratio 3:4',
  'C:12',
  'key: 12',
  '::1:8080',
  'v1.2:3',
])('%s is none (D7)', (text) => {
  expect(citationsIn(text)).toEqual([]);
});

test('the same place is looked up once, however often it is named', async () => {
  const asked: string[] = [];
  const text = '`a/b.ts:1@0123456` and `a/b.ts:1@0123456` again';

  const found = await checkCitations(text, async (path) => {
    asked.push(path);
    return { blob: '0123456789', lines: 1 };
  });

  expect(found.map(({ state }) => state)).toEqual(['verified']);
  expect(asked).toEqual(['a/b.ts']);
});

test('no text makes the search for citations slow or throw (N14)', () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 4000, unit: fc.constantFrom('a', '/', '.', ':', '1', '-', '@', ' ', '[', '(') }),
      (text) => {
        expect(citationsIn(text).every(({ path }) => path !== '')).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});
