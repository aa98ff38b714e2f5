import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job, ModelCall, ModelName, ModelRole, Project, SolveOutcome } from '@yudai/contract';
import { solveOutcome } from '@yudai/contract';
import type { Sandbox } from '@yudai/engine/sandbox';
import type { Coder, SolveEnd, SolvePorts, SolveTask } from '@yudai/engine/solving';
import type { RepositoryReader } from '@yudai/engine/tools';
import type { Solvable, SolvableIssue } from '#features/issues/index.ts';
import type { Models } from '#features/models/index.ts';
import { inJob, type Projects } from '#features/projects/index.ts';
import { AppError, notFound } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import type { Db } from '#platform/db/index.ts';
import type { JobDefinition, JobRun, Jobs } from '#platform/jobs/index.ts';
import type { Log } from '#platform/log/index.ts';
import type { Agents } from './agents.ts';
import { save, tellSolve } from './access.ts';
import { choice } from './change-service.ts';
import type { SolverLimits } from './health.ts';
import { openInterrupts } from './interrupts.ts';
import { publishingJob } from './publish-job.ts';
import { createKeeping, type KeepingDeps } from './ports.ts';
import { changesOf } from './record-store.ts';
import { settingsIn } from './settings-service.ts';
import { type SolvePayload, solvePayload } from './start-solve.ts';
import { storable } from './storable.ts';
import { lockSolve, openSolves, solveOfJob, type SolveRow } from './store.ts';
import { openTold, type Told, type ToldDeps } from './told.ts';
import { createUsage, type Usage } from './usage.ts';

/** Solves an issue by itself: knows no people and no rows. */
export type SolveWork = (task: SolveTask, ports: SolvePorts) => Promise<SolveEnd>;

export interface SolveJobDeps extends KeepingDeps, ToldDeps {
  readonly jobs: Pick<Jobs, 'some' | 'start'>;
  readonly projects: Pick<Projects, 'require' | 'gitDirOf' | 'isOnGithub'>;
  readonly log: Log;
  readonly issues: Solvable;
  readonly models: Pick<Models, 'forJob' | 'priceOf'>;
  readonly readerOf: (ctx: Context, project: Project) => RepositoryReader;
  readonly sandbox: Sandbox;
  readonly solve: SolveWork;
  readonly limits: SolverLimits;
  readonly agents: Pick<Agents, 'coderFor'>;
  readonly boxes?: () => Promise<SolvePorts['boxes']>;
  /** Where boxes keep logs and snapshots. */
  readonly folder: string;
  readonly packageSources: SolvePorts['packageSources'];
}

/** `solver.solve`: the engine solves, and everything that it makes, tells and asks is kept here, so that it goes on after a crash. */
export function createSolveJob(deps: SolveJobDeps): JobDefinition<SolvePayload> {
  const longestMs = deps.limits.minutes * 60_000;
  return {
    kind: 'solver.solve',
    payload: solvePayload,
    mode: 'queued',
    concurrency: deps.limits.concurrent,
    deadlineMs: longestMs,
    deadlineOf: ({ minutes }) => minutes * 60_000,
    attempts: 2,
    run: (run) => runSolve(deps, run),
    onEnd: (db, job) => endSolve(deps, db, job),
    // Who asked may be a viewer by then, or be gone; the issue and its solve are the project's.
    endsAsSystem: true,
  };
}

async function runSolve(deps: SolveJobDeps, run: JobRun<SolvePayload>): Promise<Record<string, unknown>> {
  const { ctx, payload } = run;
  const { database, trees } = deps;
  const signal = await stoppedBy(ctx.signal);
  const project = await deps.projects.require(ctx, payload.projectId, 'solver.run');
  const row = await takeUp(deps, run);
  const { issue, changes, settings } = await database.asUser(ctx.actor.userId, async (db) => ({
    issue: await deps.issues.find(db, project.id, row.issueId),
    changes: await changesOf(db, row.id),
    settings: await settingsIn(db, project.id),
  }));
  if (issue === undefined) throw notFound('issue');
  await inJob(trees.restore(row, changes), ctx.signal);
  const told = await openTold(deps, run, row);
  const interrupts = await openInterrupts(database, row.id);
  const usage = createUsage((prefix) => told.running(prefix));
  try {
    const ports = await portsOf(deps, run, { project, row, told, usage, signal });
    const task = taskOf(deps, row, issue, settings);
    const end = await deps.solve(task, { ...ports, interrupted: () => interrupts.signal() });
    await told.flush();
    return await run.step('end', () => keepEnd(deps, ctx, row, end));
  } catch (error) {
    ctx.signal.throwIfAborted();
    throw await inPlainWords(error);
  } finally {
    await interrupts.close();
    // On a stop, a failure and a shutdown too: what was said is not lost.
    await told
      .flush()
      .catch((error: unknown) => run.log.warn({ err: error }, 'the last words of a solve were not kept'));
  }
}

/** That no box could be made is told to the person in its own words, and a model that went silent is no end of the solve's own time. */
async function inPlainWords(error: unknown): Promise<unknown> {
  if (error instanceof AppError && error.code === 'timeout') {
    return new AppError('upstream_failed', error.message, { cause: error });
  }
  const { SandboxError } = await import('@yudai/engine/sandbox');
  return error instanceof SandboxError ? new AppError('unavailable', error.message, { cause: error }) : error;
}

/** The same signal, whose reason says what the stage at hand says of itself. A job that goes on elsewhere has no word for it. */
async function stoppedBy(signal: AbortSignal): Promise<AbortSignal> {
  const { SolveStopped } = await import('@yudai/engine/solving');
  const controller = new AbortController();
  const stop = () => {
    const { reason } = signal;
    const code = reason instanceof AppError ? reason.code : null;
    const stopped =
      code === 'cancelled'
        ? new SolveStopped('cancelled', 'It was cancelled.')
        : code === 'timeout'
          ? new SolveStopped('time', 'The time was up.')
          : reason;
    controller.abort(stopped);
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return controller.signal;
}

/** The row is this job's from now on: also of one that was started again by hand. */
async function takeUp(deps: SolveJobDeps, { id, ctx, payload }: JobRun<SolvePayload>): Promise<SolveRow> {
  return deps.database.asUser(ctx.actor.userId, async (db) => {
    const row = await lockSolve(db, payload.projectId, payload.solveId);
    if (row === undefined) throw notFound('solve');
    if (row.jobId !== id && row.status !== 'finished') {
      throw new AppError('conflict', 'Another job is at this solve.');
    }
    if (row.jobId !== id) await requireAlone(db, row);
    const begunWith = row.begunWith?.jobId === id ? row.begunWith : { jobId: id, state: row.state };
    const isAgain = row.jobId !== id;
    const changed = await save(db, row.id, {
      jobId: id,
      begunWith,
      status: 'running',
      ...(isAgain || row.status === 'queued' ? { reason: '' } : {}),
      ...(isAgain ? { outcome: null, failure: null, finishedAt: null } : {}),
      startedAt: row.startedAt ?? deps.clock.now(),
    });
    if (isAgain) await deps.issues.mark(db, row.projectId, row.issueId, 'solving');
    await tellSolve(deps, db, changed, 'updated');
    return changed;
  });
}

/** One that was started again by hand is as alone with its issue as one that is started anew. */
async function requireAlone(db: Db, { issueId, publishingJobId }: SolveRow): Promise<void> {
  if (publishingJobId !== null) throw new AppError('conflict', 'This solve is being published. Wait for that.');
  const [other] = await openSolves(db, { issueId });
  if (other === undefined) return;
  throw new AppError('conflict', 'This issue is being solved by another solve. Look at that one, or cancel it.', {
    details: { solveId: other.id },
  });
}

function taskOf(
  deps: SolveJobDeps,
  row: SolveRow,
  { title, body, criteria }: SolvableIssue,
  { setUp, hosts }: { readonly setUp: SolveTask['setUp']; readonly hosts: readonly string[] },
): SolveTask {
  return {
    id: row.id,
    issue: { title, body, criteria },
    note: row.note,
    base: { gitDir: deps.projects.gitDirOf(row.projectId), tree: row.base.tree },
    gate: row.settings.gate,
    aim: row.settings.aim,
    mostSteps: row.settings.steps,
    setUp,
    hosts,
    start: row.begunWith?.state ?? row.state,
  };
}

interface Parts {
  readonly project: Project;
  readonly row: SolveRow;
  readonly told: Told;
  readonly usage: Usage;
  readonly signal: AbortSignal;
}

async function portsOf(
  deps: SolveJobDeps,
  run: JobRun<SolvePayload>,
  { project, row, told, usage, signal }: Parts,
): Promise<Omit<SolvePorts, 'interrupted'>> {
  const logFolder = join(deps.folder, 'logs', row.id);
  const snapshotFolder = join(deps.folder, 'snapshots', row.projectId);
  await mkdir(logFolder, { recursive: true });
  await mkdir(snapshotFolder, { recursive: true });
  const coder = async (role: ModelRole, prefix: string, candidate: ModelName | null): Promise<Coder> => ({
    name: candidate ?? (await deps.models.priceOf(role))?.model ?? role,
    model: deps.models.forJob(run, {
      role,
      projectId: project.id,
      candidate,
      onCall: (call: ModelCall) => usage.add(prefix, call),
    }),
  });
  return {
    sandbox: deps.sandbox,
    logFolder,
    snapshotFolder,
    packageSources: deps.packageSources,
    boxes: await deps.boxes?.(),
    models: {
      architect: await coder('architect', 'architect', null),
      tester: await coder('coder', 'tester', null),
      coders: await Promise.all(
        row.settings.attempts.map(({ model, agent }, index) => {
          const prefix = `coder.${index + 1}`;
          if (agent === 'yudai') return coder('coder', prefix, model);
          const onCall = (call: ModelCall) => usage.add(prefix, call);
          return deps.agents.coderFor(run, { agent, model, projectId: project.id, onCall });
        }),
      ),
    },
    reader: deps.readerOf(run.ctx, project),
    signal,
    now: () => deps.clock.now(),
    // What a step used is kept with it, so that it is known after a crash as well. Models have tried again by themselves.
    step: async (name, work) => {
      const kept = await run.step(
        name,
        async ({ attempt }) => {
          const value = await work({ signal, attempt }).catch((error: unknown) => {
            // Why the job itself ends, so that nobody takes it for a failure.
            run.ctx.signal.throwIfAborted();
            throw error;
          });
          return { value, used: usage.take() };
        },
        // Boxes keep other runs out, and models are the only ones outside that hear of it.
        { attempts: 1, beginsBeside: true },
      );
      usage.restore(kept.used);
      return kept.value;
    },
    tell: (news) => told.tell(news),
    usage: (key) => usage.of(key),
    ...createKeeping(deps, run, row),
  };
}

/** What came of it, in the row; that it has ended is written with the end of the job. */
async function keepEnd(
  deps: SolveJobDeps,
  ctx: Context,
  { id, projectId }: SolveRow,
  end: SolveEnd,
): Promise<{ outcome: SolveOutcome; reason: string }> {
  return deps.database.asUser(ctx.actor.userId, async (db) => {
    const row = await lockSolve(db, projectId, id);
    if (row === undefined) throw notFound('solve');
    const state = storable(end.state);
    const attempt = end.outcome === 'needs_input' ? null : end.chosen;
    const counts = attempt === null ? {} : await choice(db, { ...row, state }, attempt);
    const reason = end.outcome === 'needs_input' ? [end.reason, ...end.questions].join('\n') : end.reason;
    await save(db, row.id, storable({ state, ...counts }));
    return storable({ outcome: end.outcome, reason });
  });
}

/** However the job ended: the solve says so, and its issue is free again. */
async function endSolve(deps: SolveJobDeps, db: Db, job: Job): Promise<void> {
  const row = await solveOfJob(db, job.id, 'jobId');
  if (row === undefined || row.status === 'finished') return;
  const { outcome, reason, chosen } = outcomeOf(job, row);
  const attempt = row.chosen ?? chosen ?? row.state.attempts[0]?.attempt ?? null;
  const changed = await save(db, row.id, {
    ...(attempt === null ? {} : await choice(db, row, attempt)),
    status: 'finished',
    outcome,
    reason,
    failure: outcome === 'failed' ? job.error : null,
    costMicros: row.costMicros + job.costMicros,
    startedAt: row.startedAt ?? deps.clock.now(),
    finishedAt: deps.clock.now(),
  });
  await deps.issues.mark(db, row.projectId, row.issueId, markFor(outcome, row));
  await tellSolve(deps, db, await publishUnasked(deps, db, job, changed), 'updated');
}

/** Where nobody wants to be asked, what is solved is published in the name of who started it. */
async function publishUnasked(deps: SolveJobDeps, db: Db, job: Job, row: SolveRow): Promise<SolveRow> {
  const isWanted = row.outcome === 'solved' && row.settings.gate === 'none' && row.base.commit !== null;
  if (!isWanted || row.changed.length === 0 || !(await deps.projects.isOnGithub(db, row.projectId))) return row;
  try {
    const { id } = await deps.jobs.start(db, publishingJob(row, job.ownerId));
    return await save(db, row.id, { publishingJobId: id, failure: null });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    deps.log.info({ solveId: row.id, code: error.code }, 'a solve cannot be published by itself');
    return row;
  }
}

function markFor(outcome: SolveOutcome, { pullRequest }: SolveRow): 'solved' | 'solving' | 'open' {
  if (outcome === 'solved') return 'solved';
  return pullRequest?.state === 'open' ? 'solving' : 'open';
}

function wordsIn(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

interface Ended {
  readonly outcome: SolveOutcome;
  readonly reason: string;
  /** The attempt that this is about, where it is known. */
  readonly chosen?: number;
}

function outcomeOf(job: Job, row: SolveRow): Ended {
  if (job.status === 'cancelled') return { outcome: 'cancelled', reason: 'It was cancelled.' };
  if (job.error?.code === 'timeout') return outOfTime(row);
  const outcome = solveOutcome.safeParse(job.result?.['outcome']);
  if (job.status === 'completed' && outcome.success) {
    return { outcome: outcome.data, reason: wordsIn(job.result?.['reason']) };
  }
  return { outcome: 'failed', reason: job.error?.message ?? 'It failed.' };
}

/** What has been verified by then counts, though another attempt was not done. */
function outOfTime({ settings, state }: SolveRow): Ended {
  const late = `longer than the ${settings.minutes} minutes that it had.`;
  const solved = state.attempts.find(({ result }) => result?.outcome === 'solved');
  if (solved?.result === undefined || solved.result === null) {
    return { outcome: 'unsolved', reason: `It took ${late}` };
  }
  const { attempt, result } = solved;
  return { outcome: 'solved', reason: `${result.reason} Another attempt took ${late}`, chosen: attempt };
}
