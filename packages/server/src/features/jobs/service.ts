import type { Answer, AuditAction, Id, Job, JobDetail, JobsOverview } from '@yudai/contract';
import type { Audit } from '#features/audit/index.ts';
import type { Projects } from '#features/projects/index.ts';
import type { Context } from '#kernel/context.ts';
import type { Also, Jobs, ListJobs } from '#platform/jobs/index.ts';

/** What a person may do with their jobs and those of their projects; to everybody else a job does not exist. */
export interface JobsService {
  list(ctx: Context, input: ListJobs): Promise<{ items: Job[]; nextCursor: string | null }>;
  overview(ctx: Context): Promise<JobsOverview>;
  get(ctx: Context, input: { readonly id: Id<'job'> }): Promise<JobDetail>;
  cancel(ctx: Context, input: { readonly id: Id<'job'> }): Promise<Job>;
  retry(ctx: Context, input: { readonly id: Id<'job'> }): Promise<Job>;
  respond(ctx: Context, input: { readonly id: Id<'job'>; readonly answers: readonly Answer[] }): Promise<Job>;
}

/** The rows belong to the platform, which asks the database as the person: that is where it is decided who sees a job. */
export function createJobsService(deps: {
  readonly jobs: Jobs;
  readonly audit: Pick<Audit, 'record'>;
  readonly projects: Pick<Projects, 'require' | 'exists'>;
}): JobsService {
  const { jobs, audit, projects } = deps;

  /** The job, if it may be touched: one's own in a project where one may run jobs, another's only by who manages them. */
  async function requireJob(ctx: Context, id: Id<'job'>): Promise<void> {
    const { projectId, ownerId } = await jobs.get(ctx, id);
    if (projectId === null) return;
    const isOwn = ownerId === ctx.actor.userId;
    // What was started in a project that is gone can still be cleared away by who started it.
    if (isOwn && !(await projects.exists(ctx, projectId))) return;
    await projects.require(ctx, projectId, isOwn ? 'jobs.run' : 'jobs.manage');
  }

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
    async list(ctx, input) {
      if (input.projectId !== undefined) await projects.require(ctx, input.projectId, 'jobs.read');
      return jobs.list(ctx, input);
    },
    overview: (ctx) => jobs.overview(ctx),
    get: (ctx, { id }) => jobs.get(ctx, id),
    cancel: async (ctx, { id }) => {
      await requireJob(ctx, id);
      return jobs.cancel(ctx, id, noted(ctx, 'job.cancelled'));
    },
    retry: async (ctx, { id }) => {
      await requireJob(ctx, id);
      return jobs.retry(ctx, id, noted(ctx, 'job.retried'));
    },
    respond: async (ctx, { id, answers }) => {
      await requireJob(ctx, id);
      return jobs.respond(ctx, id, answers, noted(ctx, 'job.answered'));
    },
  };
}
