import { expect, test } from 'vitest';
import { FactsPanel } from '#features/solver/facts-panel.tsx';
import { costOf } from '#features/solver/solve-words.ts';
import { render } from '#testing/render.tsx';
import { projectAs } from '#testing/samples.ts';
import { solveWith } from '#testing/solve-samples.ts';

test('an agent of somebody else is named beside its model (H12)', async () => {
  const attempts = [
    { agent: 'opencode' as const, model: 'compatible/scripted' },
    { agent: 'yudai' as const, model: 'anthropic/other' },
  ];
  const solve = solveWith({ jobId: null });
  const shown = { ...solve, settings: { ...solve.settings, attempts } };

  const page = await render(<FactsPanel project={projectAs('member')} solve={shown} />, () => undefined);

  expect(page.text()).toContain('opencode · compatible/scripted, anthropic/other');
});

test('what a model of unknown price has done is not told as free (H2 H4)', async () => {
  const show = async (hasUnpricedCalls: boolean) => {
    const solve = solveWith({ jobId: null, hasUnpricedCalls });
    return (await render(<FactsPanel project={projectAs('member')} solve={solve} />, () => undefined)).text();
  };

  expect(costOf({ costMicros: 20_000, hasUnpricedCalls: true })).toBe('≥ $0.02');
  expect(await show(true)).toContain('without calls of unknown price, which no budget limits');
  expect(await show(false)).not.toContain('unknown price');
});
