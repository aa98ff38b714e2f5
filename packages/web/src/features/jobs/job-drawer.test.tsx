import { type Job, type JobDetail, type Role, roles } from '@yudai/contract';
import { expect, test } from 'vitest';
import { JobBody } from '#features/jobs/job-drawer.tsx';
import { authStatusQuery } from '#lib/auth-status.ts';
import { api } from '#lib/client.ts';
import { render } from '#testing/render.tsx';
import { jobOf, me, projectAs, signedIn, somebodyElse } from '#testing/samples.ts';

const waiting: Partial<Job> = {
  status: 'waiting_for_input',
  questions: [{ id: 'go', text: 'Shall it go on?', kind: 'confirm' }],
};

/** The job as this person sees it, who has that role in its project. */
function show(job: Job, role: Role) {
  const detail: JobDetail = { ...job, steps: [] };
  return render(<JobBody job={detail} onOpen={() => undefined} />, (queries) => {
    queries.setQueryData(authStatusQuery.queryKey, signedIn());
    const project = projectAs(role);
    queries.setQueryData(api.projects.get.queryKey({ input: { id: job.projectId ?? '' } }), project);
  });
}

test.each<[role: Role, own: boolean, others: boolean]>([
  ['owner', true, true],
  ['admin', true, true],
  ['maintainer', true, true],
  ['member', true, false],
  ['viewer', false, false],
])(
  'a %s is offered to stop, retry and answer: their own jobs %s, those of others %s (B10)',
  async (role, own, others) => {
    for (const [ownerId, isOffered] of [
      [me, own],
      [somebodyElse, others],
    ] as const) {
      const running = await show(jobOf(ownerId), role);
      const failed = await show(jobOf(ownerId, { status: 'failed' }), role);
      const asking = await show(jobOf(ownerId, waiting), role);

      expect(running.buttons()).toEqual(isOffered ? ['Cancel'] : []);
      expect(failed.buttons()).toEqual(isOffered ? ['Try again'] : []);
      expect(asking.fields()).toBe(isOffered ? 2 : 0);
      expect(asking.text()).toContain('Shall it go on?');
      for (const { text } of [running, failed, asking]) expect(/member|maintainers/.test(text())).toBe(!isOffered);
    }
  },
);

test.each(roles)('nobody is told what a %s may not do with a job that has ended well', async (role) => {
  const done = await show(jobOf(somebodyElse, { status: 'completed', progress: 100 }), role);

  expect(done.buttons()).toEqual([]);
  expect(done.text()).not.toMatch(/maintainers/);
});

test('a job of no project is for who has started it', async () => {
  const alone = await show(jobOf(me, { projectId: null }), 'viewer');

  expect(alone.buttons()).toEqual(['Cancel']);
});
