import { expect, test } from 'vitest';
import { FactsPanel } from '#features/solver/facts-panel.tsx';
import { render } from '#testing/render.tsx';
import { projectAs } from '#testing/samples.ts';
import { stageWith, solveWith } from '#testing/solve-samples.ts';

test('what a model of unknown price has done is not told as free (H2 H4)', async () => {
  const used = { inputTokens: 900, outputTokens: 100 };
  const show = async (costMicros: number | null) => {
    const solve = solveWith({ jobId: null, stages: [stageWith({ ...used, costMicros })] });
    return (await render(<FactsPanel project={projectAs('member')} solve={solve} />, () => undefined)).text();
  };

  expect(await show(null)).toContain('without calls of unknown price, which no budget limits');
  expect(await show(0)).not.toContain('unknown price');
});
