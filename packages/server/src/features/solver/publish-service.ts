import type { GithubRepository, Job, Project, Solve, SolvePreview } from '@yudai/contract';
import type { GitHub } from '#features/github/index.ts';
import { AppError, notFound } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import type { Jobs } from '#platform/jobs/index.ts';
import { type OfSolve, save, type SolveAccess, tellSolve } from './access.ts';
import { treeOf } from './change-service.ts';
import { describe, personOf, type PublishDeps, publishingJob } from './publish-job.ts';
import { branchOf, commitMessage, pullRequestBody } from './publish-text.ts';
import { lockSolve, type SolveRow } from './store.ts';

export interface PublishServiceDeps extends PublishDeps {
  readonly jobs: Pick<Jobs, 'some' | 'start' | 'get'>;
  readonly github: PublishDeps['github'] & { readonly service: Pick<GitHub['service'], 'repository'> };
}

/** From a change to a pull request. Everything that is sent can be looked at before. */
export function createPublishing(deps: PublishServiceDeps, access: SolveAccess) {
  const { database, jobs } = deps;

  async function preview(ctx: Context, row: SolveRow, project: Project): Promise<SolvePreview> {
    const told = await describe(deps, ctx, row);
    const repository = project.source.kind === 'github' ? project.source.repository : null;
    const seen = repository === null ? unasked : await seenRepository(deps, ctx, repository);
    const title = told.issue.title;
    const message = commitMessage(told, title, await personOf(deps, ctx));
    return {
      repository,
      refusal: refusalFor(row, repository, seen),
      base: row.base.ref ?? seen.found?.defaultBranch ?? null,
      branch: row.branch ?? branchOf(row, told.issue),
      title,
      body: await pullRequestBody(told, repository ?? ''),
      commits: row.changed.length === 0 ? [] : [{ message, files: row.changed.length }],
    };
  }

  async function openJob(ctx: Context, id: Job['id'] | null): Promise<Job | null> {
    return id === null ? null : jobs.get(ctx, id);
  }

  return {
    async preview(ctx: Context, input: OfSolve): Promise<SolvePreview> {
      const { row, project } = await access.requireSolve(ctx, input, 'solver.read');
      return preview(ctx, row, project);
    },

    /** Asked twice it publishes once: a job that is at it is answered with, and what is there already stays. */
    async publish(
      ctx: Context,
      { title, body, ...input }: OfSolve & { readonly title?: string | undefined; readonly body?: string | undefined },
    ): Promise<{ solve: Solve; job: Job | null }> {
      const { row: seen, project } = await access.requireSolve(ctx, input, 'solver.publish');
      if (seen.publishingJobId !== null) {
        return { solve: await access.present(ctx, seen), job: await openJob(ctx, seen.publishingJobId) };
      }
      const { refusal } = await preview(ctx, seen, project);
      if (refusal !== null) throw new AppError('conflict', refusal);
      const { solve, jobId } = await database.asUser(ctx.actor.userId, async (db) => {
        const row = await lockSolve(db, project.id, input.id);
        if (row === undefined) throw notFound('solve');
        const isThere = row.published?.tree === treeOf(row) && row.pullRequest?.state === 'open';
        if (row.publishingJobId !== null || (isThere && title === undefined && body === undefined)) {
          return { solve: null, jobId: row.publishingJobId };
        }
        const job = await jobs.start(db, publishingJob(row, ctx.actor.userId));
        const publishing = { title: title ?? null, body: body ?? null };
        const changed = await save(db, row.id, { publishing, publishingJobId: job.id, failure: null });
        return { solve: await tellSolve(deps, db, changed, 'updated'), jobId: job.id };
      });
      return { solve: solve ?? (await access.present(ctx, seen)), job: await openJob(ctx, jobId) };
    },
  };
}

/** How GitHub shows the repository to this person, or why it does not. Neither when it cannot be asked now, which the job will say. */
interface Seen {
  readonly found: GithubRepository | null;
  readonly refusal: string | null;
}

const unasked: Seen = { found: null, refusal: null };

async function seenRepository({ github }: PublishServiceDeps, ctx: Context, fullName: string): Promise<Seen> {
  const [owner = '', name = ''] = fullName.split('/');
  try {
    return { found: await github.service.repository(ctx, { owner, name }), refusal: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const isFinal = ['not_found', 'forbidden', 'conflict', 'unauthorized'].includes(error.code);
    return { found: null, refusal: isFinal ? `${fullName}: ${error.message}` : null };
  }
}

const download = 'The patch can be downloaded all the same.';

function refusalFor(row: SolveRow, repository: string | null, { found, refusal }: Seen): string | null {
  if (row.status !== 'finished') return 'This solve is still going on.';
  if (row.changed.length === 0) return 'This solve changes nothing, so there is nothing to publish.';
  if (repository === null) {
    return `This project is not connected to a repository on GitHub, so there is nowhere to publish. ${download}`;
  }
  if (row.base.commit === null) return `This solve did not begin with a commit, so it cannot be a branch. ${download}`;
  if (refusal !== null) return `${refusal} ${download}`;
  if (found?.archived === true) return `${repository} is archived on GitHub: nobody can push to it. ${download}`;
  const canPush = found === null || ['admin', 'maintain', 'write'].includes(found.permission);
  return canPush ? null : `GitHub does not let you push to ${repository}. ${download}`;
}
