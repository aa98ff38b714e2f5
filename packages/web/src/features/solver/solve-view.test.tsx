import { act, useState } from 'react';
import type { ReactNode } from 'react';
import { expect, test } from 'vitest';
import { SolveView } from '#features/solver/solve-view.tsx';
import { roomOf } from '#features/solver/room.ts';
import { authStatusQuery } from '#lib/auth-status.ts';
import { api } from '#lib/client.ts';
import type { SolveTab } from '#lib/search-params.ts';
import { render } from '#testing/render.tsx';
import { jobOf, me, projectAs, signedIn } from '#testing/samples.ts';
import { solveWith } from '#testing/solve-samples.ts';

const plan = { notes: 'It begins at 1.', steps: [], criteria: [], testPaths: [] };
const solve = solveWith({ status: 'waiting_for_input', stage: 'architect', plan });
const gate = [
  {
    id: 'decision',
    text: 'Go on with this plan?',
    kind: 'choice' as const,
    options: [
      { value: 'approve', label: 'Agree' },
      { value: 'stop', label: 'Stop here' },
    ],
  },
];

function Screen(): ReactNode {
  const [tab, setTab] = useState<SolveTab>('plan');
  const room = roomOf({ solve, stages: [], evidence: [], live: 0 });
  return <SolveView project={projectAs('owner')} room={room} tab={tab} onTab={setTab} onSolve={() => undefined} />;
}

const press = (name: string) =>
  act(async () => [...document.querySelectorAll('button')].find((one) => one.textContent.trim() === name)?.click());
const notes = () => document.querySelector<HTMLTextAreaElement>('.solve-plan-form textarea');

test('what is typed into the plan stays while something else is looked at, and a plan that is changed is not agreed to (H11)', async () => {
  const { buttons } = await render(<Screen />, (queries) => {
    const job = jobOf(me, { kind: 'solver.solve', status: 'waiting_for_input', questions: gate });
    queries.setQueryData(authStatusQuery.queryKey, signedIn());
    queries.setQueryData(api.projects.get.queryKey({ input: { id: solve.projectId } }), projectAs('owner'));
    queries.setQueryData(api.jobs.get.queryKey({ input: { id: job.id } }), { ...job, steps: [] });
  });

  expect(buttons()).toContain('Agree');
  await press('Change the plan');
  await act(async () => {
    const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set;
    set?.call(notes(), 'Begin at 0.');
    notes()?.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await press('Terminal');
  await press('Plan');

  expect(notes()?.value).toBe('Begin at 0.');
  expect(buttons()).not.toContain('Agree');
  await press('Leave it as it was');
  expect(buttons()).toContain('Agree');
});
