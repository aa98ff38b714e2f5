import type { SolveCriterionResult } from '@yudai/contract';
import { act } from 'react';
import { expect, test } from 'vitest';
import { CriteriaTable } from '#features/solver/tests/criteria-table.tsx';
import { render } from '#testing/render.tsx';

const criteria: SolveCriterionResult[] = [
  {
    id: 'AC1',
    text: 'Nothing sums to 0',
    result: 'passed',
    checks: [
      {
        claim: { kind: 'test', test: 'the sum of nothing is 0' },
        result: 'passed',
        before: 'failed',
        evidence: ['E3', 'E4'],
        reason: 'It passed.',
      },
      {
        claim: { kind: 'check', check: 'lint' },
        result: 'unverified',
        before: null,
        evidence: [],
        reason: 'No record.',
      },
    ],
  },
  { id: 'AC2', text: 'It is fast', result: 'unverified', checks: [] },
];

test('each criterion stands with its checks, before and after, and nothing without a record is told as shown (H9)', async () => {
  const opened: (readonly string[])[] = [];
  await render(<CriteriaTable criteria={criteria} onEvidence={(ids) => opened.push(ids)} />, () => undefined);
  const rows = [...document.querySelectorAll('tbody tr')].map((row) =>
    [...row.querySelectorAll('th, td')].map((cell) => cell.textContent),
  );

  expect(rows).toEqual([
    [
      'AC1 Nothing sums to 0shown',
      'the sum of nothing is 0It passed.2 records behind the sum of nothing is 0',
      'failed',
      'shown',
    ],
    ['The whole check: lintNo record.', '–', 'not shown'],
    ['AC2 It is fastnot shown', 'Nothing was said that would show it'],
  ]);
  const buttons = [...document.querySelectorAll('button')];
  expect(buttons).toHaveLength(1);
  await act(async () => buttons[0]?.click());
  expect(opened).toEqual([['E3', 'E4']]);
});
