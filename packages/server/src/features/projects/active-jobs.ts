import { type Id, type Job, readsProject } from '@yudai/contract';
import { AppError } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import type { Jobs } from '#platform/jobs/index.ts';

/** The jobs that have not ended, newest first, by project. */
export type ActiveJobs = ReadonlyMap<Id<'project'>, readonly Id<'job'>[]>;

/** The jobs that read the code of a person's projects, or of one of them. */
export async function readActiveJobs(
  jobs: Pick<Jobs, 'list'>,
  ctx: Context,
  projectId?: Id<'project'>,
): Promise<ActiveJobs> {
  return idsOf((await jobsInProjects(jobs, ctx, projectId)).filter(({ kind }) => readsProject(kind)));
}

async function jobsInProjects(jobs: Pick<Jobs, 'list'>, ctx: Context, projectId: Id<'project'> | undefined) {
  const states = ['queued', 'running', 'waiting_for_input'] as const;
  const pages = await Promise.all(
    states.map((status) => jobs.list(ctx, { status, limit: 100, projectId, shared: true })),
  );
  return pages
    .flatMap((page) => page.items)
    .filter(hasProject)
    .toSorted(newestFirst);
}

function idsOf(jobs: readonly (Job & { projectId: Id<'project'> })[]): ActiveJobs {
  const ids = new Map<Id<'project'>, Id<'job'>[]>();
  for (const job of jobs) ids.set(job.projectId, [...(ids.get(job.projectId) ?? []), job.id]);
  return ids;
}

function hasProject(job: Job): job is Job & { projectId: Id<'project'> } {
  return job.projectId !== null;
}

function newestFirst(a: Job, b: Job): number {
  return a.createdAt < b.createdAt ? 1 : -1;
}

/** Cancels what a project is busy with, or only what somebody has started there. A job that ends meanwhile needs no cancelling. */
export async function cancelActiveJobs(
  jobs: Pick<Jobs, 'list' | 'cancel'>,
  ctx: Context,
  projectId: Id<'project'>,
  ownerId?: Id<'user'>,
): Promise<void> {
  for (const job of await jobsInProjects(jobs, ctx, projectId)) {
    if (ownerId !== undefined && job.ownerId !== ownerId) continue;
    await jobs.cancel(ctx, job.id).catch((error: unknown) => {
      if (!(error instanceof AppError && (error.code === 'conflict' || error.code === 'not_found'))) throw error;
    });
  }
}
