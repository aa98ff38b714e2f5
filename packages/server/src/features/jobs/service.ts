import type { Answer, AuditAction, Id, Job, JobDetail, JobsOverview } from '@yudai/contract';
import type { Audit } from '#features/audit/index.ts';
import type { Context } from '#kernel/context.ts';
import type { Also, Jobs, ListJobs } from '#platform/jobs/index.ts';

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
export function createJobsService(deps: { readonly jobs: Jobs; readonly audit: Pick<Audit, 'record'> }): JobsService {
  const { jobs, audit } = deps;

  const noted =
    (ctx: Context, action: AuditAction): Also =>
    (db, { id, kind, title, projectId, retryOf }) =>
      audit.record(db, ctx, {
        action,
        target: { kind: 'job', id },
        projectId,
        details: { kind, title, ...(retryOf === null ? {} : { retryOf }) },
      });

  return {
    list: (ctx, input) => jobs.list(ctx, input),
    overview: (ctx) => jobs.overview(ctx),
    get: (ctx, { id }) => jobs.get(ctx, id),
    cancel: (ctx, { id }) => jobs.cancel(ctx, id, noted(ctx, 'job.cancelled')),
    retry: (ctx, { id }) => jobs.retry(ctx, id, noted(ctx, 'job.retried')),
    respond: (ctx, { id, answers }) => jobs.respond(ctx, id, answers, noted(ctx, 'job.answered')),
  };
}
