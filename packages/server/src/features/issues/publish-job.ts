import type { GithubIssue, Id, Job, Project } from '@yudai/contract';
import { z } from 'zod';
import type { Audit } from '#features/audit/index.ts';
import type { GitHub } from '#features/github/index.ts';
import { AppError, notFound } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import type { Db } from '#platform/db/index.ts';
import { type JobDefinition, type JobRun, TransientError } from '#platform/jobs/index.ts';
import { type ChangeDeps, save, tellIssue } from './change-issue.ts';
import { differencesOf, markOf, shownBy, toPreview } from './present.ts';
import { issueOf, issueOfJob, type IssueRow, lockIssue } from './store.ts';

export const publishPayload = z.strictObject({
  projectId: z.string().transform((id) => id as Id<'project'>),
  issueId: z.string().transform((id) => id as Id<'issue'>),
  /** What the person had before them; nothing else is published. */
  version: z.number().int(),
});
export type PublishPayload = z.infer<typeof publishPayload>;

export interface PublishDeps extends ChangeDeps {
  readonly audit: Pick<Audit, 'record'>;
  readonly github: Pick<GitHub['service'], 'issues' | 'createIssue' | 'updateIssue' | 'issue' | 'repository'>;
}

/** Clocks differ: what changed at GitHub this long before we first asked may still be ours. */
const clockDifferenceMs = 15 * 60_000;
const mostPages = 10;

/**
 * `issues.publish`: opens the issue on GitHub. Whoever runs it, and however often: before it opens one it looks for one with the mark of this
 * issue, so that an answer which nobody heard is found again.
 */
export function createPublishJob(deps: PublishDeps): JobDefinition<PublishPayload> {
  return {
    kind: 'issues.publish',
    payload: publishPayload,
    mode: 'direct',
    concurrency: 20,
    deadlineMs: 5 * 60_000,
    attempts: 4,
    run: (run) => publish(deps, run),
    onEnd: (db, job) => endWork(deps, db, job, 'publishingJobId'),
  };
}

async function publish(deps: PublishDeps, run: JobRun<PublishPayload>): Promise<Record<string, unknown>> {
  const { ctx, payload } = run;
  const project = await deps.projects.require(ctx, payload.projectId, 'issues.publish');
  const repository = repositoryOf(project);
  await claim(deps, run);
  run.progress(10, `Asking ${repository.owner}/${repository.name}`);
  const opened = await run.step(
    'open',
    async ({ signal }) => {
      const within = { ...ctx, signal };
      const row = await deps.database.asUser(ctx.actor.userId, (db) => issueOf(db, project.id, payload.issueId));
      if (row === undefined) throw notFound('issue');
      const { id: repositoryId } = await again(deps.github.repository(within, repository));
      const { title, body, labels, assignees } = toPreview(row, project);
      const found = await again(findMarked(deps, within, repository, row));
      const issue =
        found ?? (await again(deps.github.createIssue(within, { ...repository, title, body, labels, assignees })));
      return { repositoryId, issue };
    },
    { backoffMs: 1000 },
  );
  const row = await run.step('record', () => record(deps, ctx, project, payload, opened));
  return { issueId: payload.issueId, ...row };
}

/** Throws `conflict` when the project is not on GitHub. */
export function repositoryOf({ source }: Pick<Project, 'source'>): { owner: string; name: string } {
  if (source.kind !== 'github') {
    throw new AppError(
      'conflict',
      'This project is not connected to a repository on GitHub, so there is nowhere to publish.',
    );
  }
  const [owner = '', name = ''] = source.repository.split('/');
  return { owner, name };
}

/** A job that is started again by hand takes the issue up again, unless another has, or what it would publish is no longer the last word. */
async function claim({ database, clock }: PublishDeps, { id, ctx, payload }: JobRun<PublishPayload>): Promise<void> {
  await database.asUser(ctx.actor.userId, async (db) => {
    const row = await lockIssue(db, payload.projectId, payload.issueId);
    if (row === undefined) throw notFound('issue');
    if (row.publishingJobId === id) return;
    if (row.publishingJobId !== null || row.writingJobId !== null) {
      throw new AppError('conflict', 'Something else is being done with this issue.');
    }
    // What is published already is found by its mark, and nothing is done again.
    if (row.githubNumber === null && row.version !== payload.version) {
      throw new AppError('conflict', 'The issue was changed since. Look at it and publish it again.');
    }
    const now = clock.now();
    await save(db, row.id, { publishingJobId: id, publishingSince: row.publishingSince ?? now, failure: null });
  });
}

/** The issue at GitHub that has the mark of this one, whoever opened it. Only GitHub's own word counts, never what is kept. */
async function findMarked(
  { github }: PublishDeps,
  ctx: Context,
  repository: { owner: string; name: string },
  row: IssueRow,
): Promise<GithubIssue | null> {
  const since = (row.publishingSince ?? row.createdAt).getTime() - clockDifferenceMs;
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const found = await github.issues(ctx, { ...repository, state: 'all', limit: 100, cursor });
    if (found.freshness.stale) {
      throw new TransientError('GitHub cannot be asked whether this issue is there already. Try again later.');
    }
    const issue = found.items.find(({ body }) => body.includes(markOf(row.id)));
    if (issue !== undefined) return issue;
    const last = found.items.at(-1);
    // They come last changed first: what follows is from before we asked.
    if (found.nextCursor === null || last === undefined || new Date(last.updatedAt).getTime() < since) return null;
    cursor = found.nextCursor;
  }
  return null;
}

/** GitHub being away passes; that it says no does not. */
async function again<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    const mayPass = error instanceof AppError && ['upstream_failed', 'timeout', 'unavailable'].includes(error.code);
    if (!mayPass || error instanceof TransientError) throw error;
    throw new TransientError(error.message, { code: error.code, cause: error });
  }
}

async function record(
  deps: PublishDeps,
  ctx: Context,
  project: Project,
  payload: PublishPayload,
  { repositoryId, issue }: { repositoryId: number; issue: GithubIssue },
): Promise<{ number: number; url: string }> {
  const { number, url, state } = issue;
  await deps.database.asUser(ctx.actor.userId, async (db) => {
    const row = await lockIssue(db, payload.projectId, payload.issueId);
    if (row === undefined) throw notFound('issue');
    if (row.githubNumber !== null) return;
    const now = deps.clock.now();
    const { title, body, labels, assignees, repository } = toPreview(row, project);
    const publishedAs = { title, body, labels, assignees };
    const shownAs = shownBy(issue);
    const changed = await save(db, row.id, {
      status: state === 'closed' ? 'closed' : 'published',
      repositoryId,
      repository,
      githubNumber: number,
      githubUrl: url,
      githubState: state,
      publishedAs,
      shownAs,
      shownAt: new Date(issue.updatedAt),
      differs: differencesOf(publishedAs, shownAs).length > 0,
      publishedVersion: row.version,
      publishedAt: now,
      publishingJobId: null,
      failure: null,
      updatedAt: now,
    });
    await tellIssue(deps, db, changed, 'published');
    const target = { kind: 'issue', id: row.id };
    const details = { repository, number, url };
    await deps.audit.record(db, ctx, { action: 'issue.published', target, projectId: row.projectId, details });
  });
  return { number, url };
}

/** The issue is free again once the job that had it has ended; why that failed stays with it. */
export async function endWork(
  deps: Pick<ChangeDeps, 'live' | 'clock'>,
  db: Db,
  job: Job,
  field: 'publishingJobId' | 'writingJobId',
): Promise<void> {
  const row = await issueOfJob(db, job.id, field);
  if (row === undefined) return;
  const failure = job.status === 'failed' ? job.error : null;
  const changed = await save(db, row.id, { [field]: null, failure, updatedAt: deps.clock.now() });
  await tellIssue(deps, db, changed, 'updated');
}
