import type { Job, Question, Role } from '@yudai/contract';
import { act } from 'react';
import { expect, test } from 'vitest';
import { GatePanel } from '#features/solver/gate-panel.tsx';
import { gateOf } from '#features/solver/gate.ts';
import { authStatusQuery } from '#lib/auth-status.ts';
import { api } from '#lib/client.ts';
import { render } from '#testing/render.tsx';
import { jobOf, me, projectAs, signedIn, somebodyElse } from '#testing/samples.ts';
import { solveWith } from '#testing/solve-samples.ts';

const decision: Question = {
  id: 'decision',
  text: 'Go on with this plan?',
  kind: 'choice',
  options: [
    { value: 'approve', label: 'Go on' },
    { value: 'again', label: 'Do it again' },
    { value: 'stop', label: 'Stop here' },
  ],
};
const note: Question = { id: 'note', text: 'What should be different?', kind: 'text', optional: true };

function show(questions: Question[], changes: Partial<Job> = {}, role: Role = 'member') {
  const job = jobOf(me, { kind: 'solver.solve', status: 'waiting_for_input', questions, ...changes });
  const solve = solveWith({ status: 'waiting_for_input', jobId: job.id });
  return render(<GatePanel solve={solve} isPlanOpen={false} onPlan={() => undefined} />, (queries) => {
    queries.setQueryData(authStatusQuery.queryKey, signedIn());
    queries.setQueryData(api.projects.get.queryKey({ input: { id: job.projectId ?? '' } }), projectAs(role));
    queries.setQueryData(api.jobs.get.queryKey({ input: { id: job.id } }), { ...job, steps: [] });
  });
}

test('a gate is agreed to with one press; another go needs a word of what should be otherwise (H11)', async () => {
  const { buttons, text } = await show([decision, note]);

  expect(text()).toContain('Go on with this plan?');
  expect(buttons()).toEqual(['Go on', 'Stop here']);
  await type('Smaller, please.');
  expect(buttons()).toEqual(['Go on', 'Do it again', 'Stop here']);
});

test('questions of the architect are answered in a form of their own, optional ones or not (H11)', async () => {
  const { buttons, fields } = await show([{ id: 'q1', text: 'Which currency?', kind: 'text' }, note]);

  expect(fields()).toBe(2);
  expect(buttons()).toEqual([]);
  await type('Euro');
  expect(buttons()).toEqual(['Send answers']);
});

test.each<[role: Role, ownerId: string]>([
  ['viewer', me],
  ['member', somebodyElse],
])(
  'a %s who may not answer for it reads what it waits for, and why they are not asked (B10)',
  async (role, ownerId) => {
    const { buttons, fields, text } = await show([decision, note], { ownerId: jobOf(ownerId).ownerId }, role);

    expect(text()).toMatch(/Go on with this plan\?.*(viewer|maintainers)/);
    expect([buttons(), fields()]).toEqual([[], 0]);
  },
);

test('a job that waits for nobody shows no gate', async () => {
  const { text } = await show([decision, note], { status: 'running', questions: null });

  expect(text()).not.toContain('Go on');
});

test.each([
  ['without a way to agree', [note]],
  ['beside another question', [decision, note, { id: 'more', text: 'And?', kind: 'confirm' } satisfies Question]],
])('questions %s are no gate', (_, questions) => {
  expect(gateOf(questions)).toBeNull();
});

/** As a browser does it, into the first field: React hears of a value that was set past it only by the event. */
async function type(text: string): Promise<void> {
  const field = document.querySelector('textarea');
  const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')?.set;
  await act(async () => {
    set?.call(field, text);
    field?.dispatchEvent(new Event('input', { bubbles: true }));
  });
}
