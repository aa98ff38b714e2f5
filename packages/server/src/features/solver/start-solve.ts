import type { AgentStage, Id, Job, Project, Solve, SolveSettings, solveWishes } from '@yudai/contract';
import { emptySolveState, type SolveState } from '@yudai/engine/solve-state';
import { z } from 'zod';
import type { Audit } from '#features/audit/index.ts';
import type { CodebaseService } from '#features/codebase/index.ts';
import type { Solvable, SolvableIssue } from '#features/issues/index.ts';
import type { Models } from '#features/models/index.ts';
import { AppError, notFound } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import { newId } from '#kernel/ids.ts';
import type { Db } from '#platform/db/index.ts';
import type { Jobs } from '#platform/jobs/index.ts';
import type { Agents } from './agents.ts';
import { feedOf, type OfProject, type OfSolve, type SolveAccess, type SolverDeps, tellSolve } from './access.ts';
import type { Health, SolverLimits } from './health.ts';
import { copyChanges } from './record-store.ts';
import { settingsIn } from './settings-service.ts';
import {
  copyTaken,
  insertSolve,
  lockSolve,
  openSolves,
  type SolveBase,
  type SolveRow,
  solvesPublished,
} from './store.ts';

export const solvePayload = z.strictObject({
  projectId: z.string().transform((id) => id as Id<'project'>),
  solveId: z.string().transform((id) => id as Id<'solve'>),
  /** That it may take. */
  minutes: z.number().int(),
});
export type SolvePayload = z.infer<typeof solvePayload>;

export interface StartDeps extends SolverDeps {
  readonly jobs: Pick<Jobs, 'some' | 'start'>;
  readonly audit: Pick<Audit, 'record'>;
  readonly codebase: Pick<CodebaseService, 'head'>;
  readonly issues: Solvable;
  readonly models: Pick<Models, 'requireCandidate'>;
  readonly limits: SolverLimits;
  readonly agents: Pick<Agents, 'require'>;
}

export type SolveWishes = z.infer<typeof solveWishes>;
type Started = { readonly solve: Solve; readonly job: Job };

/** What begins, beside whose it is. */
export interface Beginning {
  readonly project: Pick<Project, 'id'>;
  readonly issue: SolvableIssue;
  readonly wishes: SolveWishes;
  /** The solve that this one goes on from. */
  readonly parent?: SolveRow | undefined;
  readonly note?: string | undefined;
  readonly state?: SolveState | undefined;
  /** How often its pull request has started a solve by itself, with this one. */
  readonly followUp?: number | undefined;
}

export type Begin = ReturnType<typeof createBegin>;

/**
 * Begins a solve in the caller's transaction: its row, its job and the news of both. Throws `conflict` while the issue is solved already or cannot
 * be, `too_many_requests` where too many are open.
 */
export function createBegin(deps: StartDeps) {
  return async (db: Db, ctx: Context, beginning: Beginning): Promise<Started> => {
    const { project, issue, wishes, parent, note } = beginning;
    const ownerId = ctx.actor.userId;
    const now = deps.clock.now();
    if (issue.status === 'closed') throw new AppError('conflict', 'This issue is closed. Open it again first.');
    await requireRoom(deps, db, { projectId: project.id, ownerId, issueId: issue.id });
    const base = parent?.base ?? (await baseOf(deps, db, project.id));
    const { defaults } = await settingsIn(db, project.id);
    const settings = settingsFor(deps.limits, parent?.settings ?? defaults, wishes);
    const id = newId('solve', now);
    const job = await deps.jobs.start(db, {
      kind: 'solver.solve',
      ownerId,
      projectId: project.id,
      title: `Solve: ${issue.title}`.slice(0, 200),
      payload: { projectId: project.id, solveId: id, minutes: settings.minutes } satisfies SolvePayload,
      budgetMicros: settings.budgetMicros,
    });
    const row = await insertSolve(db, {
      id,
      projectId: project.id,
      ownerId,
      issueId: issue.id,
      jobId: job.id,
      parentId: parent?.id ?? null,
      title: issue.title,
      status: 'queued',
      settings,
      base,
      note: note ?? null,
      state: beginning.state ?? emptySolveState,
      planVersion: beginning.state?.plan ? 1 : 0,
      followUp: beginning.followUp ?? 0,
      ...(await publishedBy(db, parent)),
      createdAt: now,
    });
    if (parent !== undefined) {
      await copyChanges(db, parent.id, id);
      await copyTaken(db, parent.id, id);
    }
    await deps.live.open(db, feedOf(row), `solve:${id}`);
    await deps.issues.mark(db, project.id, issue.id, 'solving');
    const solve = await tellSolve(deps, db, row, 'added');
    const target = { kind: 'solve', id };
    const details = { issueId: issue.id, commit: base.commit, jobId: job.id, parentId: parent?.id ?? null };
    await deps.audit.record(db, ctx, { action: 'solve.started', target, projectId: project.id, details });
    return { solve, job };
  };
}

/** From an issue, or going on from another solve: both answer at once. */
export function createStartService(deps: StartDeps, access: SolveAccess, health: Health, begin: Begin) {
  const { database, projects } = deps;

  async function requireModels({ attempts = [] }: SolveWishes): Promise<void> {
    await deps.agents.require(attempts);
    for (const { model } of attempts) if (model !== null) deps.models.requireCandidate('coder', model);
  }

  return {
    async start(
      ctx: Context,
      input: OfProject & { readonly issueId: Id<'issue'>; readonly settings: SolveWishes },
    ): Promise<Started> {
      const project = await projects.require(ctx, input.projectId, 'solver.run');
      await requireModels(input.settings);
      await health.requireUsable();
      return database.asUser(ctx.actor.userId, async (db) => {
        const issue = await deps.issues.take(db, project.id, input.issueId);
        if (issue === undefined) throw notFound('issue');
        return begin(db, ctx, { project, issue, wishes: input.settings });
      });
    },

    /** Another go at a stage of a solve that has ended, with what the stages before have made. */
    async continue(
      ctx: Context,
      input: OfSolve & {
        readonly from?: AgentStage | undefined;
        readonly note?: string | undefined;
        readonly keepChange: boolean;
        readonly settings: SolveWishes;
      },
    ): Promise<Started> {
      const { project } = await access.requireSolve(ctx, input, 'solver.run');
      await requireModels(input.settings);
      await health.requireUsable();
      return database.asUser(ctx.actor.userId, async (db) => {
        const parent = await lockSolve(db, project.id, input.id);
        if (parent === undefined) throw notFound('solve');
        requireEnded(parent);
        const issue = await deps.issues.take(db, project.id, parent.issueId);
        if (issue === undefined) throw notFound('issue');
        const state = stateFrom(parent, input.from ?? lastStageOf(parent), input.keepChange);
        return begin(db, ctx, { project, issue, wishes: input.settings, parent, note: input.note, state });
      });
    },
  };
}

/** Throws `conflict` while something is done with it. */
export function requireEnded({ status, publishingJobId }: SolveRow): void {
  if (status !== 'finished') {
    throw new AppError('conflict', 'This solve is still going on. Wait for its end, or cancel it.');
  }
  if (publishingJobId !== null) {
    throw new AppError('conflict', 'This solve is being published. Wait for that.', {
      details: { jobId: publishingJobId },
    });
  }
}

/** The stage that has all it begins with. */
export function lastStageOf({ state: { plan, tests, testsTree } }: SolveRow): AgentStage {
  if (plan === null) return 'architect';
  return tests === null || testsTree === null ? 'tester' : 'coder';
}

/** What a solve hands on to one that begins at this stage. Throws `conflict` when it has not come that far. */
export function stateFrom({ state, chosen }: SolveRow, from: AgentStage, keepChange: boolean): SolveState {
  const { plan, tests, testsTree, taken, attempts } = state;
  const begun = { ...emptySolveState, taken };
  if (from === 'architect') return begun;
  if (plan === null) throw new AppError('conflict', 'This solve has no plan to go on from. Begin with the architect.');
  const planned = { ...begun, plan, planApproved: true };
  if (from === 'tester') return planned;
  if (tests === null || testsTree === null) {
    throw new AppError('conflict', 'This solve has no tests to go on from. Begin with the tester.');
  }
  const last = attempts.find(({ attempt }) => attempt === chosen) ?? attempts[0];
  const change = keepChange && last !== undefined ? [{ attempt: 1, tree: last.tree, result: null }] : [];
  return { ...planned, tests, testsTree, attempts: change };
}

/**
 * A solve that goes on from what is in an open pull request goes on in there, unless a later one has put its change there already: on top of that
 * it could not be pushed, so it has a branch of its own.
 */
async function publishedBy(db: Db, parent: SolveRow | undefined) {
  if (parent === undefined || parent.published === null || parent.pullRequest?.state !== 'open') return {};
  const { branch, pullRequest, repositoryId, published } = parent;
  const there = repositoryId === null ? [] : await solvesPublished(db, repositoryId, { number: pullRequest.number });
  const isPassed = there.some((row) => row.id > parent.id && row.published?.commit !== published.commit);
  return isPassed ? {} : { branch, pullRequest, repositoryId, published };
}

async function baseOf({ codebase }: StartDeps, db: Db, projectId: Id<'project'>): Promise<SolveBase> {
  const head = await codebase.head(db, projectId);
  if (head !== undefined) return head;
  throw new AppError('conflict', 'The files of this project have not been read yet. Index it first.');
}

async function requireRoom(
  { limits }: StartDeps,
  db: Db,
  { projectId, ownerId, issueId }: { projectId: Id<'project'>; ownerId: Id<'user'>; issueId: Id<'issue'> },
): Promise<void> {
  const [same] = await openSolves(db, { issueId });
  if (same !== undefined) {
    const details = { solveId: same.id };
    throw new AppError('conflict', 'This issue is being solved already. Look at that solve, or cancel it.', {
      details,
    });
  }
  if ((await openSolves(db, { ownerId })).length >= limits.openPerPerson) {
    throw tooMany(`You have ${limits.openPerPerson} solves open, which is as many as one person may have.`);
  }
  if ((await openSolves(db, { projectId })).length >= limits.openPerProject) {
    throw tooMany(`This project has ${limits.openPerProject} solves open, which is as many as it may have.`);
  }
}

function tooMany(what: string): AppError {
  return new AppError('too_many_requests', `${what} Wait for one to end, or cancel one.`, {
    details: { retryAfterSeconds: 60 },
  });
}

function settingsFor({ minutes }: SolverLimits, before: SolveSettings, wishes: SolveWishes): SolveSettings {
  const given = Object.fromEntries(Object.entries(wishes).filter(([, value]) => value !== undefined));
  const settings: SolveSettings = { ...before, ...given };
  return { ...settings, minutes: Math.min(settings.minutes, minutes) };
}
