import type { Answer, Id, Job, JobDetail, JobKind, JobsOverview, JobStatus } from '@yudai/contract';
import type { Logger } from 'pino';
import { AppError, notFound } from '#kernel/app-error.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Context } from '#kernel/context.ts';
import { decodeCursor, encodeCursor } from '#kernel/cursor.ts';
import { newId } from '#kernel/ids.ts';
import type { Database, Db } from '#platform/db/index.ts';
import { requireAnswers } from '#platform/jobs/answers.ts';
import type { JobDefinition } from '#platform/jobs/definition.ts';
import { type Budget, type BudgetOf, budgetsOf, raise, setBudget } from '#platform/jobs/charge.ts';
import { endJob, type JobParts } from '#platform/jobs/end-job.ts';
import { announceStatus, notifyNodes } from '#platform/jobs/events.ts';
import { isFinished } from '#platform/jobs/job-states.ts';
import { budgetKey } from '#platform/jobs/meter.ts';
import { createNode, type JobsNode } from '#platform/jobs/node.ts';
import { overviewOf, totalsOf } from '#platform/jobs/overview.ts';
import { type JobsSettings, sharedSettings, standardSettings } from '#platform/jobs/settings.ts';
import {
  changeJob,
  insertJob,
  jobOf,
  jobsOf,
  type JobRow,
  listJobs,
  lockJob,
  moveJob,
  positionsOf,
  questionOf,
  openOfOwner,
  saveQuestion,
  toJob,
} from '#platform/jobs/store.ts';
import { stepsOf, toStep } from '#platform/jobs/step-store.ts';
import type { Live } from '#platform/live/index.ts';

export interface StartJob {
  readonly kind: JobKind;
  readonly ownerId: Id<'user'>;
  readonly projectId: Id<'project'> | null;
  /** What the person reads in the list. */
  readonly title: string;
  readonly payload: unknown;
  /** Micro-dollars it may spend before it asks. */
  readonly budgetMicros?: number | null;
  /** Milliseconds it may run before it asks; unlike the deadline of its kind, which ends it. */
  readonly budgetMs?: number | null;
  /** The job that starts this one: what this one uses counts there too, and its limits hold here. */
  readonly parentId?: Id<'job'> | null;
}

export interface ListJobs {
  /** Also those of others in the projects that this person is in. */
  readonly shared?: boolean | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
  readonly projectId?: Id<'project'> | undefined;
  readonly status?: JobStatus | undefined;
  readonly kind?: JobKind | undefined;
}

/** What the caller does in the same transaction, last, when something did change. */
export type Also = (db: Db, job: Job) => Promise<void>;

/** Work that outlives the request that started it. Everything here answers at once; `launch` makes this process do the work. */
export interface Jobs extends JobsNode {
  /** Makes a kind known; before `launch`. */
  register<P>(definition: JobDefinition<P>): void;
  /**
   * Starts a job in the caller's transaction: nothing of it exists unless that commits. Throws `too_many_requests` when the
   * person has too many open ones, `unavailable` when nobody is there to do the work and nobody will come.
   */
  start(db: Db, input: StartJob): Promise<Job>;
  /**
   * Stops a job. What waits ends at once; what runs is told to stop and ends when it has. Cancelling twice is the same as once.
   * Throws `not_found`, or `conflict` when it has completed or failed.
   */
  cancel(ctx: Context, id: Id<'job'>, also?: Also): Promise<Job>;
  /** Answers the questions of a waiting job, which then goes on. Throws `not_found`, `conflict`, or `invalid_input` with fields. */
  respond(ctx: Context, id: Id<'job'>, answers: readonly Answer[], also?: Also): Promise<Job>;
  /** Starts a failed or cancelled job again, as a new one with the same payload. Throws `not_found` or `conflict`. */
  retry(ctx: Context, id: Id<'job'>, also?: Also): Promise<Job>;
  get(ctx: Context, id: Id<'job'>): Promise<JobDetail>;
  /** Those of these jobs that this transaction may see, with their places in the queue. */
  some(db: Db, ids: readonly Id<'job'>[]): Promise<Map<Id<'job'>, Job>>;
  /** The person's jobs, newest first. */
  list(ctx: Context, input: ListJobs): Promise<{ items: Job[]; nextCursor: string | null }>;
  overview(ctx: Context): Promise<JobsOverview>;
  /** Everybody's jobs by status, for whoever watches this installation. */
  totals(): Promise<Record<JobStatus, number>>;
  /** Limits what the jobs of a person or project may use together, before or after they have used some. */
  setBudget(db: Db, of: BudgetOf, budget: Budget): Promise<void>;
  /** The budget of the person, and those of the projects that they see. */
  budgetsOf(ctx: Context): ReturnType<typeof budgetsOf>;
}

export interface JobsDeps {
  readonly database: Database;
  readonly live: Live;
  readonly clock: Clock;
  readonly log: Logger;
  /** Unique among living processes on this database; the same again after a restart where there is only one. */
  readonly nodeId: string;
  readonly settings?: Partial<JobsSettings>;
}

export function createJobs(deps: JobsDeps): Jobs {
  const { database, live, clock, log, nodeId } = deps;
  const shared = database.kind === 'postgres' ? sharedSettings : {};
  const settings: JobsSettings = { ...standardSettings, ...shared, ...deps.settings };
  const definitions = new Map<string, JobDefinition<unknown>>();
  const parts: JobParts = { database, live, clock, log, nodeId, definitions };
  const node = createNode(parts, settings);

  async function start(db: Db, input: StartJob, retryOf: Id<'job'> | null = null): Promise<Job> {
    const definition = definitions.get(input.kind);
    if (definition === undefined) throw new Error(`No job of the kind '${input.kind}' is registered.`);
    requireRunners();
    const payload = definition.payload.parse(input.payload);
    await requireRoom(db, input.ownerId);
    const now = clock.now();
    const row = await insertJob(db, {
      id: newId('job', now),
      ownerId: input.ownerId,
      projectId: input.projectId,
      kind: input.kind,
      title: input.title,
      payload,
      status: 'queued',
      budgetMicros: input.budgetMicros ?? null,
      budgetMs: input.budgetMs ?? null,
      parentId: input.parentId ?? null,
      retryOf,
      originNode: nodeId,
      remainingMs: Math.min(definition.deadlineMs, definition.deadlineOf?.(payload) ?? definition.deadlineMs),
      createdAt: now,
    });
    await announceStatus(db, live, row);
    await notifyNodes(db, 'queue', row.id);
    return await present(db, row);
  }

  /** An embedded database has no other node that could take the job up: it would wait for ever. */
  function requireRunners(): void {
    if (database.kind !== 'embedded' || !node.hasFailed()) return;
    throw new AppError('unavailable', 'This Yudai cannot run jobs: its log says why. Start it anew, then try again.');
  }

  async function requireRoom(db: Db, ownerId: Id<'user'>): Promise<void> {
    if ((await openOfOwner(db, ownerId, settings.openPerOwner)) < settings.openPerOwner) return;
    throw new AppError(
      'too_many_requests',
      'Too many of your jobs are open already. Cancel or answer some, or wait until they are done.',
      {
        details: { limit: settings.openPerOwner, retryAfterSeconds: 30 },
      },
    );
  }

  return {
    ...node,
    register(definition) {
      if (definitions.has(definition.kind)) throw new Error(`The kind '${definition.kind}' is registered twice.`);
      // A definition is only ever given payloads that its own schema has parsed.
      definitions.set(definition.kind, definition as unknown as JobDefinition<unknown>);
    },
    start: (db, input) => start(db, input),
    cancel: (ctx, id, also) =>
      database.asUser(ctx.actor.userId, async (db) => {
        const row = await requireLocked(db, id);
        if (row.status === 'cancelled' || row.cancelRequested) return await present(db, row);
        if (isFinished(row.status))
          throw new AppError('conflict', `This job has ${row.status} already, so it cannot be cancelled.`);
        await notifyNodes(db, 'cancel', id);
        if (row.status !== 'running') {
          return await done(db, (await endJob(db, parts, id, { status: 'cancelled' })) ?? row, also);
        }
        const told = (await changeJob(db, id, undefined, { cancelRequested: true })) ?? row;
        await announceStatus(db, live, told);
        return await done(db, told, also);
      }),
    respond: (ctx, id, answers, also) =>
      database.asUser(ctx.actor.userId, async (db) => {
        const row = await requireLocked(db, id);
        if (row.status !== 'waiting_for_input' || row.questions === null || row.questionKey === null) {
          throw new AppError('conflict', 'This job does not wait for an answer.');
        }
        const given = requireAnswers(row.questions, answers);
        if (row.questionKey.startsWith(`${budgetKey}${row.ownerId}:`) && row.ownerId !== ctx.actor.userId) {
          throw new AppError('forbidden', 'What all jobs of somebody may use together is only theirs to raise.');
        }
        return await done(db, await answer(db, row, row.questionKey, given), also);
      }),
    retry: (ctx, id, also) =>
      database.asUser(ctx.actor.userId, async (db) => {
        const row = await requireLocked(db, id);
        if (row.status !== 'failed' && row.status !== 'cancelled') {
          throw new AppError('conflict', 'Only a failed or cancelled job can be started again.');
        }
        const { kind, projectId, title, payload, budgetMicros, budgetMs, parentId } = row;
        const same = { kind, projectId, title, payload, budgetMicros, budgetMs, parentId };
        const job = await start(db, { ...same, ownerId: ctx.actor.userId }, id);
        await also?.(db, job);
        return job;
      }),
    get: (ctx, id) =>
      database.asUser(ctx.actor.userId, async (db) => {
        const row = await jobOf(db, id);
        if (row === undefined) throw notFound('job');
        return { ...(await present(db, row)), steps: (await stepsOf(db, id)).map(toStep) };
      }),
    some: async (db, ids) => {
      const rows = await jobsOf(db, ids);
      const positions = await positionsOf(db, rows);
      return new Map(rows.map((row) => [row.id, toJob(row, positions.get(row.id) ?? null)]));
    },
    list: (ctx, { cursor, limit, ...filter }) =>
      database.asUser(ctx.actor.userId, async (db) => {
        const before = cursor === undefined ? undefined : toBefore(cursor);
        const rows = await listJobs(db, ctx.actor.userId, { ...filter, before, limit: limit + 1 });
        const page = rows.slice(0, limit);
        const positions = await positionsOf(db, page);
        const last = page.at(-1);
        return {
          items: page.map((row) => toJob(row, positions.get(row.id) ?? null)),
          nextCursor:
            rows.length > limit && last !== undefined ? encodeCursor([last.createdAt.getTime(), last.id]) : null,
        };
      }),
    totals: () => totalsOf(database),
    overview: (ctx) => overviewOf(parts, settings, ctx.actor.userId),
    setBudget,
    budgetsOf: (ctx) => database.asUser(ctx.actor.userId, (db) => budgetsOf(db, ctx.actor.userId)),
  };

  /** Lets a waiting job go on, or end when the answer says so. */
  async function answer(db: Db, row: JobRow, key: string, answers: Answer[]): Promise<JobRow> {
    const asked = await questionOf(db, row.id, key);
    if (asked === undefined || row.questions === null)
      throw new Error(`A job waits for '${key}', which was not asked.`);
    await saveQuestion(db, { ...asked, answers, answeredAt: clock.now() });
    const ofBudget = key.startsWith(budgetKey);
    if (ofBudget && answers.some((it) => it.answer === 'stop')) {
      await notifyNodes(db, 'cancel', row.id);
      return (await endJob(db, parts, row.id, { status: 'cancelled' })) ?? row;
    }
    if (ofBudget) await raise(db, row);
    const moved = (await moveJob(db, row.id, 'queued', { now: clock.now() })) ?? row;
    await announceStatus(db, live, moved);
    await notifyNodes(db, 'queue', row.id);
    return moved;
  }
}

async function present(db: Db, row: JobRow): Promise<Job> {
  return toJob(row, (await positionsOf(db, [row])).get(row.id) ?? null);
}

async function done(db: Db, row: JobRow, also: Also | undefined): Promise<Job> {
  const job = await present(db, row);
  await also?.(db, job);
  return job;
}

/** Row-level security hides another person's job, so unseen and missing are one. */
async function requireLocked(db: Db, id: Id<'job'>): Promise<JobRow> {
  const row = await lockJob(db, id);
  if (row === undefined) throw notFound('job');
  return row;
}

function toBefore(cursor: string): { createdAt: Date; id: Id<'job'> } {
  const [time, id] = decodeCursor(cursor, 2);
  // A cursor that somebody made up finds another page of their own jobs, or none.
  return { createdAt: new Date(Number(time)), id: String(id) as Id<'job'> };
}
