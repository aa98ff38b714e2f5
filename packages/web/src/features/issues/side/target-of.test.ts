import { issueDocument } from '@yudai/contract';
import { expect, test } from 'vitest';
import { targetOf } from '#features/issues/side/target-of.ts';

const cite = 'src/retry.ts:3-9@0123456789ab';
const document = issueDocument.parse({
  title: 'x',
  criteria: [
    { id: 'AC1', text: 'a', check: null },
    { id: 'AC4', text: 'b', check: null },
  ],
  evidence: [
    { cite: null, note: 'a log' },
    { cite, note: 'here' },
    { cite: null, note: 'also at src/b.ts:1@0123456789ab' },
  ],
  files: [{ path: 'src/retry.ts', symbol: null, confidence: 1, why: 'counts' }],
});

test.each([
  [{ field: 'problem' as const, at: null }, 'issue-problem'],
  [{ field: 'criteria' as const, at: null }, 'issue-criteria'],
  [{ field: 'criteria' as const, at: 'AC4' }, 'issue-criteria-1'],
  [{ field: 'criteria' as const, at: 'AC9' }, 'issue-criteria'],
  [{ field: 'evidence' as const, at: cite }, 'issue-evidence-1'],
  [{ field: 'evidence' as const, at: 'src/b.ts:1@0123456789ab' }, 'issue-evidence-2'],
  [{ field: 'files' as const, at: 'src/retry.ts' }, 'issue-files-0'],
  [{ field: 'labels' as const, at: 'bug' }, 'issue-labels'],
  [{ field: 'notes' as const, at: 'Steps' }, 'issue-notes'],
  [{ field: null, at: '12' }, null],
])('a reason about %j leads to %s (F9)', (reason, target) => {
  expect(targetOf(reason, document)).toBe(target);
});
