import type { Answer, Id, Job, JobDetail, JobsOverview } from '@yudai/contract';
import type { Context } from '#kernel/context.ts';
import type { Jobs, ListJobs } from '#platform/jobs/index.ts';

/** What a person may do with their jobs. Whoever owns a job may do all of it; to everybody else the job does not exist. */
export interface JobsService {
  list(ctx: Context, input: ListJobs): Promise<{ items: Job[]; nextCursor: string | null }>;
  overview(ctx: Context): Promise<JobsOverview>;
  get(ctx: Context, input: { readonly id: Id<'job'> }): Promise<JobDetail>;
  cancel(ctx: Context, input: { readonly id: Id<'job'> }): Promise<Job>;
  retry(ctx: Context, input: { readonly id: Id<'job'> }): Promise<Job>;
  respond(ctx: Context, input: { readonly id: Id<'job'>; readonly answers: readonly Answer[] }): Promise<Job>;
}

/** The rows belong to the platform, which asks the database as the person: that is where ownership is decided. */
export function createJobsService(deps: { readonly jobs: Jobs }): JobsService {
  const { jobs } = deps;
  return {
    list: (ctx, input) => jobs.list(ctx, input),
    overview: (ctx) => jobs.overview(ctx),
    get: (ctx, { id }) => jobs.get(ctx, id),
    cancel: (ctx, { id }) => jobs.cancel(ctx, id),
    retry: (ctx, { id }) => jobs.retry(ctx, id),
    respond: (ctx, { id, answers }) => jobs.respond(ctx, id, answers),
  };
}
