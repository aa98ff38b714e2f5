import { type Id, may, solveLimits } from '@yudai/contract';
import type { GithubActor, GitHub, RepositoryEvent } from '#features/github/index.ts';
import type { Solvable, SolvableIssue } from '#features/issues/index.ts';
import type { Projects } from '#features/projects/index.ts';
import { AppError } from '#kernel/app-error.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Context } from '#kernel/context.ts';
import type { Db } from '#platform/db/index.ts';
import type { Log } from '#platform/log/index.ts';
import { save, type SolverDeps, tellSolve } from './access.ts';
import { settingsIn } from './settings-service.ts';
import { type Begin, lastStageOf, stateFrom } from './start-solve.ts';
import { insertNote, solvesPublished, type SolveRow } from './store.ts';

export interface OnGithubDeps extends Pick<SolverDeps, 'live' | 'jobs'> {
  readonly clock: Clock;
  readonly log: Log;
  readonly github: Pick<GitHub, 'keptIssue' | 'keptPullRequest' | 'peopleOf'>;
  readonly projects: Pick<Projects, 'ofRepository' | 'roleOf'>;
  readonly issues: Pick<Solvable, 'adopt' | 'mark' | 'onGithub' | 'take'>;
  readonly begin: Begin;
}

type On<Kind extends RepositoryEvent['kind']> = Extract<RepositoryEvent, { kind: Kind }> & {
  readonly repositoryId: number;
  readonly fullName: string;
};

/** `/yudai solve` on an issue, `/yudai <what to do>` on a pull request: at the beginning of a line. */
const command = /^\/yudai\b[ \t]*([^]*)/im;
const solveWord = /^solve\b[ \t]*([^]*)/i;
const mostNote = 10_000;

/**
 * What solving does when GitHub tells of something: it follows its pull requests, and begins when somebody who may asks for it there. Whoever
 * nobody here knows, or who may not, is not heard.
 */
export function createOnGithub(deps: OnGithubDeps): (db: Db, event: RepositoryEvent) => Promise<void> {
  const { github, projects } = deps;

  /** Begins, unless that is not possible now: nobody waits for the answer. */
  async function tryTo(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'internal') throw error;
      deps.log.info({ what, code: error.code }, 'GitHub asked for a solve that cannot begin');
    }
  }

  /** The person of this account who may solve in the project; null when there is none. */
  async function solverOf(db: Db, projectId: Id<'project'>, by: GithubActor): Promise<Context | null> {
    for (const userId of await github.peopleOf(db, by.githubId)) {
      if (await maySolve(db, projectId, userId)) return contextOf(userId, by.login);
    }
    return null;
  }

  async function maySolve(db: Db, projectId: Id<'project'>, userId: Id<'user'>): Promise<boolean> {
    const role = await projects.roleOf(db, projectId, userId);
    return role !== undefined && may(role, 'solver.run');
  }

  async function startFor(
    db: Db,
    event: On<'issue'> | On<'comment'>,
    by: GithubActor,
    note: string,
    label: string | null,
  ) {
    for (const project of await projects.ofRepository(db, event.repositoryId)) {
      if (label !== null && (await settingsIn(db, project.id)).label !== label) continue;
      const ctx = await solverOf(db, project.id, by);
      if (ctx === null) continue;
      const issue = await issueIn(db, ctx, project.id, event);
      if (issue === null) continue;
      await tryTo(event.kind, async () => {
        await deps.begin(db, ctx, { project, issue, wishes: {}, ...(note === '' ? {} : { note }) });
      });
    }
  }

  /** The issue as the project has it; one that was opened on GitHub becomes one here. */
  async function issueIn(
    db: Db,
    ctx: Context,
    projectId: Id<'project'>,
    { repositoryId, fullName, number }: On<'issue'> | On<'comment'>,
  ): Promise<SolvableIssue | null> {
    const known = (await deps.issues.onGithub(db, repositoryId, number)).find((issue) => issue.projectId === projectId);
    if (known !== undefined) return known;
    const shown = await github.keptIssue(db, repositoryId, number);
    if (shown === null || shown.state !== 'open') return null;
    return deps.issues.adopt(db, ctx, { id: projectId }, shown, { repositoryId, repository: fullName });
  }

  async function onPullRequest(db: Db, { repositoryId, number }: On<'pull_request'>): Promise<void> {
    const shown = await github.keptPullRequest(db, repositoryId, number);
    if (shown === null) return;
    const { state, draft } = shown;
    const rows = await solvesPublished(db, repositoryId, { number });
    for (const row of rows) {
      const before = row.pullRequest;
      if (before === null || (before.state === state && before.draft === draft)) continue;
      const changed = await save(db, row.id, { pullRequest: { ...before, state, draft } });
      await tellSolve(deps, db, changed, 'updated');
    }
    const [last] = rows;
    if (last === undefined || state === 'open') return;
    await deps.issues.mark(db, last.projectId, last.issueId, state === 'merged' ? 'merged' : 'rejected');
  }

  async function onComment(db: Db, event: On<'comment'>): Promise<void> {
    const said = command.exec(event.body)?.[1]?.trim();
    if (said === undefined) return;
    if (!event.onPullRequest) {
      const asked = solveWord.exec(said);
      if (asked !== null) await startFor(db, event, event.by, (asked[1] ?? '').trim().slice(0, mostNote), null);
      return;
    }
    const [row] = await solvesPublished(db, event.repositoryId, { number: event.number });
    if (row === undefined || said === '') return;
    const ctx = await solverOf(db, row.projectId, event.by);
    if (ctx === null) return;
    if (row.status === 'finished') await followUp(db, ctx, row, said);
    else await steer(db, ctx, row, said);
  }

  async function onChecks(db: Db, { repositoryId, sha, failed }: On<'checks'>): Promise<void> {
    if (failed === null) return;
    const rows = await solvesPublished(db, repositoryId, { commit: sha });
    const [row] = rows;
    // Many checks may fail for one reason: one solve looks at them.
    if (row === undefined || row.status !== 'finished' || row.publishingJobId !== null) return;
    if (await isDealtWith(db, repositoryId, rows, sha)) return;
    if (!(await maySolve(db, row.projectId, row.ownerId))) return;
    const name = failed.replaceAll(/\s+/g, ' ').slice(0, 200);
    const ctx = contextOf(row.ownerId, 'Yudai');
    await followUp(
      db,
      ctx,
      row,
      `A check of the pull request failed, which is called ${JSON.stringify(name)}. Find out why.`,
    );
  }

  /** Whether a solve has begun because of a check of this commit, or has put another one on top of it. */
  async function isDealtWith(db: Db, repositoryId: number, rows: readonly SolveRow[], sha: string): Promise<boolean> {
    const number = rows[0]?.pullRequest?.number;
    if (number === undefined) return false;
    const onIt = (await solvesPublished(db, repositoryId, { number })).filter(({ parentId }) =>
      rows.some(({ id }) => id === parentId),
    );
    return onIt.some(({ followUp: count, published }) => count > 0 || published?.commit !== sha);
  }

  /** Another solve on the branch of this one, if the project wants that and it has not happened too often. */
  async function followUp(db: Db, ctx: Context, row: SolveRow, note: string): Promise<void> {
    const { followUps } = await settingsIn(db, row.projectId);
    const isOpen = row.pullRequest?.state === 'open' && row.publishingJobId === null;
    if (!followUps || !isOpen || row.followUp >= solveLimits.followUps) return;
    await tryTo('follow-up', async () => {
      const issue = await deps.issues.take(db, row.projectId, row.issueId);
      if (issue === undefined) return;
      await deps.begin(db, ctx, {
        project: { id: row.projectId },
        issue,
        wishes: {},
        parent: row,
        note: note.slice(0, mostNote),
        state: stateFrom(row, lastStageOf(row), true),
        followUp: row.followUp + 1,
      });
    });
  }

  async function steer(db: Db, ctx: Context, row: SolveRow, body: string): Promise<void> {
    const { id: solveId, projectId } = row;
    const note = { solveId, projectId, authorId: ctx.actor.userId, body: body.slice(0, mostNote), interrupts: false };
    await insertNote(db, { ...note, createdAt: deps.clock.now() });
  }

  return async (db, event) => {
    switch (event.kind) {
      case 'pull_request':
        return onPullRequest(db, event);
      case 'comment':
        return onComment(db, event);
      case 'checks':
        return onChecks(db, event);
      case 'issue':
        if (event.labeled?.by.isPerson !== true) return undefined;
        return startFor(db, event, event.labeled.by, '', event.labeled.name);
      case 'push':
        return undefined;
    }
  };
}

/** Somebody who asked on GitHub, in whose name a job goes on here. */
function contextOf(userId: Id<'user'>, name: string): Context {
  return { actor: { userId, name, via: 'job' }, signal: new AbortController().signal, requestId: 'github' };
}
