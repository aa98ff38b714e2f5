import type { Analysis } from '@yudai/contract';
import { expect, test } from 'vitest';
import { skipCounts } from '#features/codebase/skip-counts.ts';

type Run = Pick<Analysis, 'status' | 'summary'>;

function run(status: Run['status'], skipped: NonNullable<Run['summary']>['skipped'] | null): Run {
  const one = { indexed: 1, bytes: 1, tokens: 1, symbols: 1, imports: 1, chunks: 1, vectors: 1, parsed: 1, ms: 1 };
  return { status, summary: skipped === null ? null : { ...one, files: 20, skipped, languages: [] } };
}

test('the counts of skipped files are those of the newest run that finished (G6)', () => {
  const runs = [
    run('running', null),
    run('failed', null),
    run('completed', { lock: 1, binary: 3 }),
    run('completed', { lfs: 9 }),
  ];

  expect(skipCounts(runs)).toEqual({
    total: 4,
    reasons: [
      { reason: 'binary', count: 3 },
      { reason: 'lock', count: 1 },
    ],
  });
});

test('before a run has finished there is nothing to count', () => {
  expect(skipCounts([run('running', null)])).toBeNull();
  expect(skipCounts([])).toBeNull();
});
