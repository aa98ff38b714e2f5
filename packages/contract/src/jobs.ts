import { z } from 'zod';
import { procedure, projectProcedure } from '#access.ts';
import { failure } from '#errors.ts';
import { idSchema } from '#ids.ts';
import { pageOf, pageRequest } from '#paging.ts';

/** queued → running → (waiting_for_input ⇄ running) → completed | failed | cancelled. */
export const jobStatuses = ['queued', 'running', 'waiting_for_input', 'completed', 'failed', 'cancelled'] as const;
export const jobStatus = z.enum(jobStatuses);
export type JobStatus = z.infer<typeof jobStatus>;

/** What a job can be about; a later feature adds its word here. */
export const jobKinds = [
  'project.connect',
  'codebase.index',
  'chat.turn',
  'chat.compact',
  'issues.draft',
  'issues.ideas',
  'issues.publish',
  'solver.solve',
  'solver.publish',
] as const;
export const jobKind = z.enum(jobKinds);
export type JobKind = z.infer<typeof jobKind>;

/** Whether such a job reads the project's code anew: until it has ended, what the project shows may change under one's eyes. */
export function readsProject(kind: JobKind): boolean {
  return kind === 'project.connect' || kind === 'codebase.index';
}

/** Something a job needs a person to answer before it goes on. */
export const question = z.object({
  id: z.string().regex(/^[a-z0-9_-]{1,64}$/),
  text: z.string(),
  why: z.string().optional(),
  kind: z.enum(['text', 'choice', 'choices', 'confirm']),
  options: z.array(z.object({ value: z.string(), label: z.string(), detail: z.string().optional() })).optional(),
  /** It may be left out, and a text may be empty. */
  optional: z.boolean().optional(),
});
export type Question = z.infer<typeof question>;

export const answer = z.strictObject({
  questionId: z.string().max(64),
  answer: z.union([z.string().max(10_000), z.boolean(), z.array(z.string().max(10_000)).max(20)]),
});
export type Answer = z.infer<typeof answer>;

export const jobStep = z.object({
  name: z.string(),
  status: z.enum(['running', 'completed', 'failed', 'cancelled']),
  attempt: z.number().int(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  error: failure.nullable(),
});
export type JobStep = z.infer<typeof jobStep>;

/** A piece of work that outlives the request that started it. */
export const job = z.object({
  id: idSchema('job'),
  kind: jobKind,
  title: z.string(),
  /** Who started it. */
  ownerId: idSchema('user'),
  projectId: idSchema('project').nullable(),
  status: jobStatus,
  /** 0–100; never goes back while the job runs. */
  progress: z.number().int().min(0).max(100),
  /** What it is doing now, in a few words. */
  message: z.string().nullable(),
  /** Place in the queue, from 1; null when it does not wait. */
  queuePosition: z.number().int().nullable(),
  questions: z.array(question).nullable(),
  result: z.record(z.string(), z.unknown()).nullable(),
  error: failure.nullable(),
  /** Micro-dollars spent and allowed. */
  costMicros: z.number().int(),
  budgetMicros: z.number().int().nullable(),
  attempt: z.number().int(),
  cancelRequested: z.boolean(),
  retryOf: idSchema('job').nullable(),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
  deadlineAt: z.iso.datetime().nullable(),
});
export type Job = z.infer<typeof job>;

export const jobDetail = job.extend({ steps: z.array(jobStep) });
export type JobDetail = z.infer<typeof jobDetail>;

/** The state of the queue, for the jobs page. */
export const jobsOverview = z.object({
  byStatus: z.record(jobStatus, z.number().int()),
  byKind: z.array(
    z.object({
      kind: jobKind,
      queued: z.number().int(),
      running: z.number().int(),
      failed: z.number().int(),
      completed: z.number().int(),
      concurrency: z.number().int(),
    }),
  ),
  workers: z.array(
    z.object({ id: z.string(), startedAt: z.iso.datetime(), seenAt: z.iso.datetime(), running: z.number().int() }),
  ),
  /** Finished jobs per day, oldest first, at most 14. */
  perDay: z.array(
    z.object({ day: z.iso.date(), completed: z.number().int(), failed: z.number().int(), cancelled: z.number().int() }),
  ),
});
export type JobsOverview = z.infer<typeof jobsOverview>;

const jobInput = z.strictObject({ id: idSchema('job') });

export const jobsContract = {
  list: procedure('person')
    .route({ method: 'GET', path: '/v1/jobs', summary: 'List jobs, newest first', tags: ['jobs'] })
    .input(
      z.strictObject({
        ...pageRequest(100, 50),
        projectId: idSchema('project').optional(),
        status: jobStatus.optional(),
        kind: jobKind.optional(),
      }),
    )
    .output(pageOf(job)),
  listOfProject: projectProcedure('jobs.read')
    .route({
      method: 'GET',
      path: '/v1/jobs/{projectId}/list',
      summary: 'List the jobs of one project',
      tags: ['jobs'],
    })
    .input(z.strictObject({ ...pageRequest(100, 50), projectId: idSchema('project') }))
    .output(pageOf(job)),
  overview: procedure('person')
    .route({
      method: 'GET',
      path: '/v1/jobs/overview',
      summary: 'Depth, workers and outcomes of the queue',
      tags: ['jobs'],
    })
    .input(z.strictObject({}))
    .output(jobsOverview),
  get: projectProcedure('jobs.read')
    .route({ method: 'GET', path: '/v1/jobs/{id}', summary: 'One job with its steps', tags: ['jobs'] })
    .input(jobInput)
    .output(jobDetail),
  cancel: projectProcedure('jobs.run')
    .route({ method: 'POST', path: '/v1/jobs/{id}/cancel', summary: 'Stop a queued or running job', tags: ['jobs'] })
    .input(jobInput)
    .output(job),
  retry: projectProcedure('jobs.run')
    .route({
      method: 'POST',
      path: '/v1/jobs/{id}/retry',
      summary: 'Start a failed or cancelled job again',
      tags: ['jobs'],
    })
    .input(jobInput)
    .output(job),
  respond: projectProcedure('jobs.run')
    .route({
      method: 'POST',
      path: '/v1/jobs/{id}/respond',
      summary: 'Answer the questions that a job waits for',
      tags: ['jobs'],
    })
    .input(z.strictObject({ id: idSchema('job'), answers: z.array(answer).min(1).max(20) }))
    .output(job),
};
