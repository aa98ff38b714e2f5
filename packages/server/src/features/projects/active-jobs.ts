import type { Id, Job } from '@yudai/contract';
import type { Context } from '#kernel/context.ts';
import type { Jobs } from '#platform/jobs/index.ts';

/** The jobs that have not ended, newest first, by project. */
export type ActiveJobs = ReadonlyMap<Id<'project'>, readonly Id<'job'>[]>;

/** What a person's projects (or one of them) are busy with. */
export async function readActiveJobs(
  jobs: Pick<Jobs, 'list'>,
  ctx: Context,
  projectId?: Id<'project'>,
): Promise<ActiveJobs> {
  const states = ['queued', 'running', 'waiting_for_input'] as const;
  const pages = await Promise.all(states.map((status) => jobs.list(ctx, { status, limit: 100, projectId })));
  const active = pages.flatMap((page) => page.items).toSorted(newestFirst);
  return idsOf(active.filter(hasProject));
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
