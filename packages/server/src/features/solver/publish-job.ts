import type { GithubPullRequest, Id, Job, Project } from '@yudai/contract';
import { CheckoutError, commitTree, pushCommit, type RemotePolicy } from '@yudai/engine/checkout';
import { z } from 'zod';
import type { Audit } from '#features/audit/index.ts';
import type { GitHub } from '#features/github/index.ts';
import type { Solvable } from '#features/issues/index.ts';
import { inJob } from '#features/projects/index.ts';
import { AppError, notFound } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import type { Db } from '#platform/db/index.ts';
import { type JobDefinition, type JobRun, type StartJob, TransientError } from '#platform/jobs/index.ts';
import { save, type SolverDeps, tellSolve } from './access.ts';
import { treeOf } from './change-service.ts';
import { toEvidences } from './present-evidence.ts';
import { branchOf, commitMessage, type Person, pullRequestBody } from './publish-text.ts';
import { changesOf, evidenceAfter } from './record-store.ts';
import { lockSolve, solveOf, solveOfJob, type SolveRow } from './store.ts';
import type { Trees } from './trees.ts';

export const publishPayload = z.strictObject({
  projectId: z.string().transform((id) => id as Id<'project'>),
  solveId: z.string().transform((id) => id as Id<'solve'>),
});
export type PublishPayload = z.infer<typeof publishPayload>;

export interface PublishDeps extends SolverDeps {
  readonly audit: Pick<Audit, 'record'>;
  readonly issues: Pick<Solvable, 'find'>;
  readonly trees: Trees;
  readonly gitPolicy: RemotePolicy;
  readonly github: Pick<GitHub, 'cloneAccess'> & {
    readonly service: Pick<GitHub['service'], 'pullRequestOf' | 'createPullRequest' | 'updatePullRequest' | 'status'>;
  };
}

/** Who commits: what is made by a program says so, and names who asked for it beside. */
const yudai: Person = { name: 'Yudai', email: 'yudai@noreply.invalid' };

/**
 * `solver.publish`: commit, push, open a draft pull request. Each step finds what an earlier try has left: the commit is the same for the same
 * change, a branch that has it is left alone, and a pull request is looked for by its branch before one is opened.
 */
export function createPublishJob(deps: PublishDeps): JobDefinition<PublishPayload> {
  return {
    kind: 'solver.publish',
    payload: publishPayload,
    mode: 'direct',
    concurrency: 20,
    deadlineMs: 15 * 60_000,
    attempts: 4,
    run: (run) => publish(deps, run),
    onEnd: (db, job) => endPublishing(deps, db, job),
    endsAsSystem: true,
  };
}

/** The job that publishes a solve in somebody's name. */
export function publishingJob({ id, projectId }: Pick<SolveRow, 'id' | 'projectId'>, ownerId: Id<'user'>): StartJob {
  const payload = { projectId, solveId: id } satisfies PublishPayload;
  return { kind: 'solver.publish', ownerId, projectId, title: 'Publish a solve', payload };
}

interface Wanted {
  readonly repository: string;
  readonly commit: string;
  readonly tree: string;
  readonly branch: string;
  readonly title: string;
  readonly body: string;
}

async function publish(deps: PublishDeps, run: JobRun<PublishPayload>): Promise<Record<string, unknown>> {
  const { ctx, payload } = run;
  const project = await deps.projects.require(ctx, payload.projectId, 'solver.publish');
  await claim(deps, run);
  run.progress(5, 'Writing the commit');
  const wanted = await run.step('commit', ({ signal }) => commit(deps, { ...ctx, signal }, project, payload));
  run.progress(30, `Pushing ${wanted.branch}`);
  await run.step('push', ({ signal }) => push(deps, { ...ctx, signal }, payload, wanted), { backoffMs: 1000 });
  run.progress(70, `Asking ${wanted.repository} for a pull request`);
  const opened = await run.step('open', ({ signal }) => open(deps, { ...ctx, signal }, payload, wanted), {
    backoffMs: 1000,
  });
  await run.step('record', () => record(deps, ctx, payload, wanted, opened));
  return { solveId: payload.solveId, number: opened.number, url: opened.url };
}

/** A job that is started again by hand publishes again, unless another does. */
async function claim(deps: PublishDeps, { id, ctx, payload }: JobRun<PublishPayload>): Promise<void> {
  await deps.database.asUser(ctx.actor.userId, async (db) => {
    const row = await lockSolve(db, payload.projectId, payload.solveId);
    if (row === undefined) throw notFound('solve');
    if (row.publishingJobId === id) return;
    if (row.publishingJobId !== null || row.status !== 'finished') {
      throw new AppError('conflict', 'Something else is being done with this solve.');
    }
    await tellSolve(deps, db, await save(db, row.id, { publishingJobId: id, failure: null }), 'updated');
  });
}

async function commit(deps: PublishDeps, ctx: Context, project: Project, payload: PublishPayload): Promise<Wanted> {
  if (project.source.kind !== 'github') {
    throw new AppError('conflict', 'This project is not connected to a repository on GitHub. Download the patch.');
  }
  const { row, changes } = await deps.database.asUser(ctx.actor.userId, async (db) => ({
    row: await solveOf(db, payload.projectId, payload.solveId),
    changes: await changesOf(db, payload.solveId),
  }));
  if (row === undefined) throw notFound('solve');
  if (row.base.commit === null) throw new AppError('conflict', 'This solve did not begin with a commit.');
  await inJob(deps.trees.restore(row, changes), ctx.signal);
  const told = await describe(deps, ctx, row);
  const title = row.publishing?.title ?? told.issue.title;
  const { source } = project;
  const tree = treeOf(row);
  const gitDir = deps.projects.gitDirOf(project.id);
  const made =
    row.published?.tree === tree
      ? row.published.commit
      : await inJob(
          commitTree({
            gitDir,
            tree,
            // What is in the pull request already is gone on from, so that nothing ever has to be forced.
            parents: [row.published?.commit ?? row.base.commit],
            message: commitMessage(told, title, await personOf(deps, ctx)),
            author: yudai,
            at: row.finishedAt ?? row.createdAt,
            signal: ctx.signal,
          }),
          ctx.signal,
        );
  await deps.trees.hold(row, 'published', made);
  return {
    repository: source.repository,
    commit: made,
    tree,
    branch: row.branch ?? branchOf(row, told.issue),
    title,
    body: row.publishing?.body ?? (await pullRequestBody(told, source.repository)),
  };
}

/** What a commit and a pull request are written from. */
export async function describe(deps: Pick<PublishDeps, 'database' | 'issues'>, ctx: Context, row: SolveRow) {
  const { issue, evidence } = await deps.database.asUser(ctx.actor.userId, async (db) => ({
    issue: await deps.issues.find(db, row.projectId, row.issueId),
    evidence: await toEvidences((await evidenceAfter(db, row.id, 0, null)).map(({ record: it }) => it)),
  }));
  if (issue === undefined) throw notFound('issue');
  const attempt = row.chosen ?? row.state.attempts[0]?.attempt;
  const result = row.state.attempts.find((one) => one.attempt === attempt)?.result ?? null;
  return { row, issue, evidence, result };
}

/** As GitHub knows them, with the address that it keeps for who hides theirs; null for who has not connected. */
export async function personOf({ github }: Pick<PublishDeps, 'github'>, ctx: Context): Promise<Person | null> {
  const { connection, url } = await github.service.status(ctx);
  if (connection === null) return null;
  const { login, githubId, name } = connection;
  return { name: name ?? login, email: `${githubId}+${login}@users.noreply.${new URL(url).host}` };
}

/** The branch is at the commit afterwards, whoever brought it there. Then the row knows, so that the next push goes on from it. */
async function push(deps: PublishDeps, ctx: Context, payload: PublishPayload, wanted: Wanted): Promise<null> {
  const row = await deps.database.asUser(ctx.actor.userId, (db) => solveOf(db, payload.projectId, payload.solveId));
  if (row === undefined) throw notFound('solve');
  const { url, token, repositoryId } = await again(deps.github.cloneAccess(ctx, wanted.repository));
  const pushed = pushCommit({
    url,
    token,
    policy: deps.gitPolicy,
    signal: ctx.signal,
    gitDir: deps.projects.gitDirOf(payload.projectId),
    commit: wanted.commit,
    branch: wanted.branch,
    expected: row.published?.commit ?? null,
  });
  await inJob(pushed, ctx.signal).catch((error: unknown) => {
    const { cause } = error instanceof AppError ? error : {};
    if (!(cause instanceof CheckoutError) || !['denied', 'authentication_needed'].includes(cause.reason)) throw error;
    const words = `${cause.message} You may lack the right to push to ${wanted.repository}. Download the patch instead.`;
    throw new AppError('forbidden', words, { cause });
  });
  await deps.database.asUser(ctx.actor.userId, async (db) => {
    const { branch, commit: id, tree } = wanted;
    await save(db, row.id, { branch, repositoryId, published: { commit: id, tree } });
  });
  return null;
}

/** The pull request of the branch: the one that is there, or a new draft. Only GitHub's own word counts. */
async function open(
  deps: PublishDeps,
  ctx: Context,
  payload: PublishPayload,
  wanted: Wanted,
): Promise<GithubPullRequest> {
  const { github, database } = deps;
  const [owner = '', name = ''] = wanted.repository.split('/');
  const { title, body, branch: head } = wanted;
  const row = await database.asUser(ctx.actor.userId, (db) => solveOf(db, payload.projectId, payload.solveId));
  if (row === undefined) throw notFound('solve');
  const found = await again(github.service.pullRequestOf(ctx, { owner, name, head }));
  if (found === null) {
    const base = row.base.ref ?? (await again(github.cloneAccess(ctx, wanted.repository))).defaultBranch;
    return again(github.service.createPullRequest(ctx, { owner, name, title, body, head, base, draft: true }));
  }
  if (found.state !== 'open' || (found.body === body && found.title === title)) return found;
  return again(github.service.updatePullRequest(ctx, { owner, name, number: found.number, title, body }));
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
  { projectId, solveId }: PublishPayload,
  { repository, branch }: Wanted,
  { number, url, state, draft }: GithubPullRequest,
): Promise<null> {
  await deps.database.asUser(ctx.actor.userId, async (db) => {
    const row = await lockSolve(db, projectId, solveId);
    if (row === undefined) throw notFound('solve');
    const pullRequest = { repository, number, url, state, draft };
    const changed = await save(db, row.id, { pullRequest, publishing: null, publishingJobId: null, failure: null });
    await tellSolve(deps, db, changed, 'updated');
    const target = { kind: 'solve', id: solveId };
    const details = { repository, branch, number, url };
    await deps.audit.record(db, ctx, { action: 'solve.published', target, projectId, details });
  });
  return null;
}

async function endPublishing(deps: PublishDeps, db: Db, job: Job): Promise<void> {
  const row = await solveOfJob(db, job.id, 'publishingJobId');
  if (row === undefined) return;
  const failure = job.status === 'failed' ? job.error : null;
  await tellSolve(deps, db, await save(db, row.id, { publishingJobId: null, failure }), 'updated');
}
