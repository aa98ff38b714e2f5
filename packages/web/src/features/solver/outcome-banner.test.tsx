import { solveOutcomes } from '@yudai/contract';
import type { Role, Solve, SolveOutcome } from '@yudai/contract';
import { expect, test } from 'vitest';
import { OutcomeBanner } from '#features/solver/outcome-banner.tsx';
import { announcementOf, outcomeTexts, wordsOf } from '#features/solver/solve-words.ts';
import { render } from '#testing/render.tsx';
import { projectAs } from '#testing/samples.ts';
import { solveWith } from '#testing/solve-samples.ts';

function show(changes: Partial<Solve>, role: Role = 'member') {
  const solve = solveWith(changes);
  return render(<OutcomeBanner project={projectAs(role)} solve={solve} onSolve={() => undefined} />, () => undefined);
}

test.each<[outcome: SolveOutcome, offered: string[]]>([
  ['solved', ['Go on with a note…']],
  ['unsolved', ['Go on with a note…']],
  ['needs_input', ['Go on with a note…']],
  ['cancelled', ['Try again', 'Go on with a note…']],
  ['failed', ['Try again']],
])('a solve that ended %s says so in friendly words, why, and what can be done (H11)', async (outcome, offered) => {
  const ended = { status: 'finished', outcome, reason: 'Two tests still fail.' } as const;
  const { text, buttons } = await show(ended);
  const viewer = await show(ended, 'viewer');

  expect(text()).toContain(outcomeTexts[outcome].title);
  expect(text()).toContain('Two tests still fail.');
  expect(buttons()).toEqual(offered);
  expect(viewer.buttons()).toEqual([]);
});

test('only what was shown to be solved is told as a success, and only a failure as a failure (H11)', () => {
  const tones = solveOutcomes.map((outcome) => [
    outcome,
    outcomeTexts[outcome].tone,
    wordsOf({ status: 'finished', outcome }).tone,
  ]);

  expect(tones.filter(([, ...both]) => both.includes('success'))).toEqual([['solved', 'success', 'success']]);
  expect(tones.filter(([, ...both]) => both.includes('danger'))).toEqual([['failed', 'danger', 'danger']]);
});

test('in the queue it says its place, and while it works it says nothing (H4 H11)', async () => {
  expect((await show({ status: 'queued', queuePosition: 2 })).text()).toContain('Place 2 in the queue');
  expect(document.querySelectorAll('section')).toHaveLength(1);
  await show({ status: 'running' });
  expect(document.querySelectorAll('section')).toHaveLength(1);
});

test.each<[changes: Partial<Solve>, said: string]>([
  [{ status: 'queued', queuePosition: 3, stage: null }, 'Queued, place 3.'],
  [{ status: 'running', stage: 'tester' }, 'Tests first: at work.'],
  [{ status: 'waiting_for_input' }, 'The solve waits for you.'],
  [{ status: 'finished', outcome: 'unsolved', reason: 'Tests fail.' }, 'Not solved. Tests fail.'],
])('a screen reader hears where it stands: %o (H11)', (changes, said) => {
  expect(announcementOf(solveWith(changes))).toBe(said);
});
