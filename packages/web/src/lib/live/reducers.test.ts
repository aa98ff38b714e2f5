import { idSchema } from '@yudai/contract';
import type { Job, JobDetail, LiveEvent, Project } from '@yudai/contract';
import { expect, test } from 'vitest';
import { reduceJob, reduceJobs, reduceProject } from '#lib/live/reducers.ts';
import { jobOf } from '#testing/samples.ts';

const jobId = idSchema('job').parse(`job_${'1'.repeat(26)}`);
const otherJobId = idSchema('job').parse(`job_${'2'.repeat(26)}`);
const projectId = idSchema('project').parse(`prj_${'1'.repeat(26)}`);
const ownerId = idSchema('user').parse(`usr_${'1'.repeat(26)}`);
const at = '2026-11-21T10:00:00.000Z';

const job: Job = jobOf(ownerId, { id: jobId, projectId, message: 'Parsing' });
const project: Project = {
  id: projectId,
  name: 'yudai',
  ownerId,
  role: 'owner',
  origin: 'connected',
  source: { kind: 'folder', path: '/code/yudai' },
  ref: null,
  status: 'ready',
  failure: null,
  archived: false,
  commit: null,
  fileCount: null,
  activeJobId: null,
  createdAt: at,
  updatedAt: at,
  indexedAt: null,
};
const jobTopic: `job:${string}` = `job:${jobId}`;

function event(message: Pick<LiveEvent, 'type'> & { data: unknown }): LiveEvent {
  return { topic: jobTopic, seq: 1, at, ...message } as LiveEvent;
}

test('progress goes forward only, and a late number does not undo a finished job (J9)', () => {
  const progress = (value: number) => event({ type: 'progress', data: { jobId, progress: value, message: null } });

  expect(reduceJob(job, progress(60))).toMatchObject({ progress: 60, message: 'Parsing' });
  expect(reduceJob(job, progress(20)).progress).toBe(40);
  const done: Job = { ...job, status: 'completed', progress: 100 };
  expect(reduceJob(done, progress(70))).toBe(done);
});

test('a late status of the same attempt does not bring a finished job back; a new attempt does', () => {
  const done: Job = { ...job, status: 'failed', progress: 55 };

  expect(reduceJob(done, event({ type: 'status', data: job }))).toBe(done);
  expect(reduceJob(done, event({ type: 'status', data: { ...job, attempt: 2, progress: 0 } }))).toMatchObject({
    status: 'running',
    progress: 0,
  });
});

test('a step is added once and renewed in its place', () => {
  const step = { name: 'parse', status: 'running', attempt: 1, startedAt: at, finishedAt: null, error: null } as const;
  const detail: JobDetail = { ...job, steps: [{ ...step, name: 'clone', status: 'completed' }] };

  const begun = reduceJob(detail, event({ type: 'step', data: { ...step, jobId } }));
  const ended = reduceJob(
    begun,
    event({ type: 'step', data: { ...step, status: 'completed', finishedAt: at, jobId } }),
  );
  expect(begun.steps.map((known) => known.name)).toEqual(['clone', 'parse']);
  expect(ended.steps).toEqual([detail.steps[0], { ...step, status: 'completed', finishedAt: at }]);
});

test('an event about another job changes nothing, not even the list itself', () => {
  const jobs = [job];
  const other = event({ type: 'job_update', data: { ...job, id: otherJobId, progress: 90 } });

  expect(reduceJob(job, other)).toBe(job);
  expect(reduceJobs(jobs, other)).toBe(jobs);
});

test('a job that does not read the code of a project does not keep it busy', () => {
  const data = { ...job, kind: 'issues.draft' as const, status: 'running' as const };

  expect(reduceProject(project, event({ type: 'job_update', data }))).toBe(project);
});

test('a project names the job at work on it until that job ends', () => {
  const told = (status: Job['status'], id = jobId) => event({ type: 'job_update', data: { ...job, id, status } });

  const busy = reduceProject(project, told('queued'));
  expect(busy.activeJobId).toBe(jobId);
  expect(reduceProject(busy, told('completed', otherJobId)).activeJobId).toBe(jobId);
  expect(reduceProject(busy, told('cancelled')).activeJobId).toBeNull();
});
