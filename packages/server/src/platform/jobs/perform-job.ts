import type { Id } from '@yudai/contract';
import { AppError } from '#kernel/app-error.ts';
import type { Db } from '#platform/db/index.ts';
import { adoptJob } from '#platform/jobs/claims.ts';
import { type JobDefinition, toFailure } from '#platform/jobs/definition.ts';
import { endJob, type JobParts, type Outcome } from '#platform/jobs/end-job.ts';
import { createJobRun } from '#platform/jobs/job-run.ts';
import { neverEnd, persistently, type Waiting } from '#platform/jobs/persistently.ts';
import { StepRunner } from '#platform/jobs/run-steps.ts';
import { createSession, errorOf, type Session } from '#platform/jobs/session.ts';
import { stepsOf } from '#platform/jobs/step-store.ts';
import type { JobRow } from '#platform/jobs/store.ts';

export interface PerformDeps {
  readonly parts: JobParts;
  /** The jobs in the memory of this node. */
  readonly sessions: Map<Id<'job'>, Session>;
  /** A job that this node has just claimed, with its token; taken away by the call. */
  takeClaimed(id: Id<'job'>): JobRow | undefined;
  /** A session has ended or has come to wait. */
  readonly changed: () => void;
  /** How long work may take to tidy up once its signal is aborted. */
  readonly stopGraceMs: number;
  /** How often a job may be begun without finishing a step before it is given up. */
  readonly maxStalls: number;
  /** Whether this node takes on jobs; while it stops, the journal may still offer some. */
  accepts(): boolean;
  /** Until this node is gone, what has to be written waits for a database that is away. */
  readonly waiting: Waiting;
}

/** The life of one job on this node, from its first line. Never throws: the journal must not take a crash for an end. */
export async function performJob(deps: PerformDeps, id: Id<'job'>): Promise<void> {
  const { parts, sessions } = deps;
  if (!deps.accepts()) return await neverEnd();
  const row =
    deps.takeClaimed(id) ??
    (await persistently(deps.waiting, () =>
      parts.database.asSystem((db) => adoptJob(db, id, parts.nodeId, parts.clock.now())),
    ));
  if (row === undefined) return;
  if (!deps.accepts()) return await neverEnd();
  sessions.get(id)?.stop('lost');
  const session = createSession(row, parts.clock);
  sessions.set(id, session);
  deps.changed();
  try {
    const outcome = await outcomeOf(deps, session);
    if (outcome === undefined) await neverEnd();
    else await end(deps, session, outcome);
  } finally {
    session.end();
    if (sessions.get(id) === session) sessions.delete(id);
    deps.changed();
  }
}

/** Runs the work. Undefined when it goes on elsewhere. */
async function outcomeOf(deps: PerformDeps, session: Session): Promise<Outcome | undefined> {
  let outcome: Outcome;
  try {
    await session.admitted();
    outcome = { status: 'completed', result: await work(deps, session) };
  } catch (error) {
    if (!session.signal.aborted && !(error instanceof AppError)) {
      deps.parts.log.error({ jobId: session.id, kind: session.row().kind, err: error }, 'a job failed');
    }
    outcome = { status: 'failed', error: toFailure(error) };
  }
  const reason = session.stopReason();
  switch (reason) {
    case undefined:
      return outcome;
    case 'cancelled':
      return { status: 'cancelled' };
    case 'deadline':
      return { status: 'failed', error: toFailure(errorOf('deadline')) };
    case 'lost':
    case 'handed_back':
      forgetSession(deps, session);
      return undefined;
  }
}

async function work(deps: PerformDeps, session: Session): Promise<Record<string, unknown>> {
  const { parts } = deps;
  const row = session.row();
  const definition = parts.definitions.get(row.kind);
  if (definition === undefined)
    throw new AppError('unavailable', 'This version of Yudai does not know this kind of job.');
  if (row.stalls > deps.maxStalls) throw givenUp();
  const payload = definition.payload.parse(row.payload);
  const steps = await persistently(deps.waiting, () => parts.database.asUser(row.ownerId, (db) => stepsOf(db, row.id)));
  const runner = new StepRunner(parts, deps.waiting, definition, session, steps);
  const { run, reporter } = createJobRun(parts, session, runner, payload);
  try {
    const result = await settledOrStopped(deps, session, definition, () => definition.run(run));
    await reporter.flush();
    return toJson(result);
  } finally {
    reporter.stop();
  }
}

/** Waits for the work; once it is told to stop, only as long as tidying up may take. */
async function settledOrStopped<T>(
  deps: PerformDeps,
  session: Session,
  definition: JobDefinition<unknown>,
  start: () => Promise<T>,
): Promise<T> {
  const overdue = Promise.withResolvers<never>();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => {
    timer = setTimeout(() => {
      deps.parts.log.warn({ jobId: session.id, kind: definition.kind }, 'a job did not stop when it was told to');
      overdue.reject(session.signal.reason);
    }, deps.stopGraceMs);
  };
  session.signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([start(), overdue.promise]);
  } finally {
    clearTimeout(timer);
    session.signal.removeEventListener('abort', onAbort);
  }
}

/** Writes the end. What a kind does at the end may be broken; the job ends all the same. */
async function end(deps: PerformDeps, session: Session, outcome: Outcome): Promise<void> {
  const { parts } = deps;
  const { id, ownerId, kind } = session.row();
  const owned = session.stopReason() === 'cancelled' && !session.isRunning() ? {} : { token: session.token() };
  const asSystem = parts.definitions.get(kind)?.endsAsSystem === true;
  const write = (what: Outcome, withoutOnEnd: boolean) => {
    const work = (db: Db) => endJob(db, parts, id, what, { ...owned, withoutOnEnd });
    return asSystem ? parts.database.asSystem(work) : parts.database.asUser(ownerId, work);
  };
  const row = await persistently(deps.waiting, () => write(outcome, false)).catch((error: unknown) => {
    parts.log.error({ jobId: id, kind, err: error }, 'the end of a job failed');
    return persistently(deps.waiting, () => write({ status: 'failed', error: toFailure(error) }, true));
  });
  if (row === undefined) return;
  const ms = row.startedAt === null ? 0 : parts.clock.now().getTime() - row.startedAt.getTime();
  parts.log.info({ jobId: id, kind, status: row.status, attempt: row.attempt, ms }, 'job ended');
}

function forgetSession(deps: PerformDeps, session: Session): void {
  if (deps.sessions.get(session.id) === session) deps.sessions.delete(session.id);
  deps.changed();
}

function givenUp(): AppError {
  return new AppError(
    'internal',
    'This job stopped the server every time it was tried, so it was given up. The log says more.',
  );
}

/** A result as JSON gives it back; `undefined` in it disappears. */
function toJson(result: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(result)) as Record<string, unknown>;
}
