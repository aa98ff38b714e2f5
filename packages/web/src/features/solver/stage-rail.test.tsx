import { act } from 'react';
import { expect, test } from 'vitest';
import { StageRail } from '#features/solver/stage-rail.tsx';
import { stepsOf } from '#features/solver/steps.ts';
import type { StepPlace } from '#features/solver/steps.ts';
import { render } from '#testing/render.tsx';
import { at, solveWith, stageWith } from '#testing/solve-samples.ts';

const done = stageWith({ status: 'done', finishedAt: at, summary: 'Two steps.' });
const tester = stageWith({ key: 'tester.1', stage: 'tester', stop: 'loop', trespasses: ['src/sum.ts'] });
const parts = new Map([
  [
    'tester.1',
    [
      {
        type: 'tool' as const,
        callId: 'c',
        tool: 'write',
        input: { path: 'test/a.test.ts' },
        state: 'running' as const,
        summary: '',
        output: '',
        ms: null,
      },
    ],
  ],
]);

test('stages stand in order with what came of them, the running step spins, and those to come are there (H10 H11)', async () => {
  const solve = solveWith({ stages: [done, tester] });
  const picked: StepPlace[] = [];
  const { text, buttons } = await render(
    <StageRail solve={solve} stages={stepsOf(solve, parts)} picked={null} onPick={(place) => picked.push(place)} />,
    () => undefined,
  );

  expect(text()).toMatch(/Plan.*Two steps\..*Tests first.*Write a\.test\.ts.*Change comes later.*Verify comes later$/);
  expect(text()).toContain('it went in circles');
  expect(text()).toContain('Put back, because it may not change them: src/sum.ts');
  expect(document.querySelectorAll('.solve-step [aria-label="running"]')).toHaveLength(1);
  expect(buttons()).toHaveLength(1);
  await act(async () => document.querySelector('button')?.click());
  expect(picked).toEqual([{ key: 'tester.1', part: 0 }]);
});

test('a solve that has ended has no stages to come', async () => {
  const solve = solveWith({ status: 'finished', outcome: 'cancelled', stages: [done] });
  const { text } = await render(
    <StageRail solve={solve} stages={stepsOf(solve, parts)} picked={null} onPick={() => undefined} />,
    () => undefined,
  );

  expect(text()).not.toContain('comes later');
});
