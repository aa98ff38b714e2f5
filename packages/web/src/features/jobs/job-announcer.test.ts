import type { Job, LiveEvent } from '@yudai/contract';
import { expect, test } from 'vitest';
import { toastAfter } from '#features/jobs/job-announcer.tsx';
import { jobOf, me } from '#testing/samples.ts';

test('each question of a job is told once, and the next one too', () => {
  const told = new Set<string>();
  let seq = 0;
  const hear = (status: Job['status'], topic: LiveEvent['topic'] = `user:${me}`) => {
    const data = jobOf(me, { kind: 'solver.solve', status });
    const event = { topic, seq: (seq += 1), at: new Date().toISOString(), type: 'job_update', data } as LiveEvent;
    return toastAfter(told, event, () => false)?.title ?? null;
  };

  const plan = [hear('waiting_for_input', `project:${jobOf(me).projectId ?? ''}`), hear('waiting_for_input')];
  const tests = [hear('running'), hear('waiting_for_input')];

  expect(plan).toEqual(['A job has a question', null]);
  expect(tests).toEqual([null, 'A job has a question']);
});
