import { AppError } from '#kernel/app-error.ts';
import type { ErrorCode } from '@yudai/contract';
import {
  type JobDefinition,
  type StepContext,
  type StepOptions,
  toFailure,
  TransientError,
} from '#platform/jobs/definition.ts';
import type { JobParts } from '#platform/jobs/end-job.ts';
import { type Engine, isLostOwnership } from '#platform/jobs/engine.ts';
import { announceStep } from '#platform/jobs/events.ts';
import type { Session } from '#platform/jobs/session.ts';
import { changeJob, saveStep, type StepRow } from '#platform/jobs/store.ts';

/** The largest result of a step, in characters of JSON: larger things belong into tables or files. */
const resultLimit = 256 * 1024;
const longestPauseMs = 60_000;

/** What the journal keeps of a step. A failure is kept too: a run that went round it goes the same way when repeated. */
type Recorded =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: ErrorCode | null; readonly message: string };

type Work = (step: StepContext) => Promise<unknown>;

/** Runs the named steps of one job. */
export class StepRunner {
  readonly #parts: JobParts;
  readonly #engine: Engine;
  readonly #definition: JobDefinition<unknown>;
  readonly #session: Session;
  /** What the database says of the steps; names that this run has used already are in `#used`. */
  readonly #rows: Map<string, StepRow>;
  readonly #used = new Set<string>();

  constructor(
    parts: JobParts,
    engine: Engine,
    definition: JobDefinition<unknown>,
    session: Session,
    rows: readonly StepRow[],
  ) {
    this.#parts = parts;
    this.#engine = engine;
    this.#definition = definition;
    this.#session = session;
    this.#rows = new Map(rows.map((row) => [row.name, row]));
  }

  /** The step's result as JSON gives it back, so that the first run and a repeated one see the same. */
  async run(name: string, work: Work, options: StepOptions = {}): Promise<unknown> {
    this.#session.signal.throwIfAborted();
    if (this.#used.has(name)) throw new Error(`The step '${name}' has been used already in this job.`);
    this.#used.add(name);
    const number = this.#used.size;

    const interrupted = Promise.withResolvers<never>();
    const recorded = await Promise.race([
      this.#engine.step(name, async () => this.#perform(name, number, work, options, interrupted)),
      interrupted.promise,
    ]).catch((error: unknown) => this.#giveUp(error));
    const outcome: Recorded = parseRecorded(recorded);
    await this.#finish(name, number, outcome);
    this.#session.signal.throwIfAborted();
    if (outcome.ok) return outcome.value;
    throw outcome.code === null ? new Error(outcome.message) : new AppError(outcome.code, outcome.message);
  }

  /** The journal refuses to go on when another node has taken the job over. */
  #giveUp(error: unknown): never {
    if (isLostOwnership(error)) this.#session.stop('lost');
    this.#session.signal.throwIfAborted();
    throw error;
  }

  /** Does the work, again while it fails transiently. Resolves only when there is something for the journal to keep. */
  async #perform(
    name: string,
    number: number,
    work: Work,
    options: StepOptions,
    interrupted: PromiseWithResolvers<never>,
  ): Promise<string> {
    const { signal } = this.#session;
    const tries = options.attempts ?? this.#definition.attempts;
    for (let tried = 1; ; tried += 1) {
      try {
        signal.throwIfAborted();
        const attempt = await this.#begin(name, number);
        return packValue(name, await work({ key: `${this.#session.id}:${name}`, signal, attempt }));
      } catch (error) {
        if (this.#goesOnElsewhere()) return await this.#leave(interrupted);
        if (signal.aborted || !(error instanceof TransientError) || tried >= tries) return this.#packError(name, error);
        const pauseMs = error.retryAfterMs ?? backoff(options.backoffMs ?? 500, tried);
        this.#parts.log.info({ jobId: this.#session.id, step: name, tried, pauseMs }, 'a step is tried again');
        await pause(pauseMs, signal);
      }
    }
  }

  #goesOnElsewhere(): boolean {
    const reason = this.#session.stopReason();
    return reason === 'lost' || reason === 'handed_back';
  }

  /** The journal must not learn how a step ended that the next run will repeat, so it never hears. */
  async #leave(interrupted: PromiseWithResolvers<never>): Promise<never> {
    interrupted.reject(this.#session.signal.reason);
    return await new Promise<never>(() => undefined);
  }

  /** Records that the step runs; returns its attempt, counted across restarts. */
  async #begin(name: string, number: number): Promise<number> {
    const { clock, database, live } = this.#parts;
    const job = this.#session.row();
    const row: StepRow = {
      jobId: job.id,
      name,
      number: this.#rows.get(name)?.number ?? number,
      status: 'running',
      attempt: (this.#rows.get(name)?.attempt ?? 0) + 1,
      startedAt: clock.now(),
      finishedAt: null,
      error: null,
    };
    const held = await database.asUser(job.ownerId, async (db) => {
      const owned = await changeJob(db, job.id, this.#session.token(), { remainingMs: this.#session.remainingMs() });
      if (owned === undefined) return false;
      await saveStep(db, row);
      await announceStep(db, live, job, row);
      return true;
    });
    if (!held) this.#session.stop('lost');
    this.#session.signal.throwIfAborted();
    this.#rows.set(name, row);
    return row.attempt;
  }

  /** Brings the row of a step in line with the journal, which is ahead of it when a process died in between. */
  async #finish(name: string, number: number, outcome: Recorded): Promise<void> {
    const { clock, database, live } = this.#parts;
    const job = this.#session.row();
    const before = this.#rows.get(name);
    if (before !== undefined && before.finishedAt !== null) return;
    const status = outcome.ok ? 'completed' : this.#session.signal.aborted ? 'cancelled' : 'failed';
    const row: StepRow = {
      jobId: job.id,
      name,
      number: before?.number ?? number,
      status,
      attempt: before?.attempt ?? 1,
      startedAt: before?.startedAt ?? clock.now(),
      finishedAt: clock.now(),
      error: outcome.ok
        ? null
        : toFailure(outcome.code === null ? undefined : new AppError(outcome.code, outcome.message)),
    };
    const held = await database.asUser(job.ownerId, async (db) => {
      const changes = { remainingMs: this.#session.remainingMs(), ...(outcome.ok ? { stalls: 0 } : {}) };
      if ((await changeJob(db, job.id, this.#session.token(), changes)) === undefined) return false;
      await saveStep(db, row);
      await announceStep(db, live, job, row);
      return true;
    });
    if (!held) this.#session.stop('lost');
    this.#rows.set(name, row);
  }

  #packError(name: string, error: unknown): string {
    if (!(error instanceof AppError)) {
      this.#parts.log.error({ jobId: this.#session.id, step: name, err: error }, 'a step failed');
      return JSON.stringify({
        ok: false,
        code: null,
        message: `The step '${name}' failed; the log says why.`,
      } satisfies Recorded);
    }
    this.#parts.log.info({ jobId: this.#session.id, step: name, code: error.code, err: error }, 'a step failed');
    return JSON.stringify({ ok: false, code: error.code, message: error.message } satisfies Recorded);
  }
}

function packValue(name: string, value: unknown): string {
  const packed = JSON.stringify({ ok: true, value: value ?? null } satisfies Recorded);
  if (packed.length > resultLimit) {
    throw new Error(
      `The result of the step '${name}' is ${packed.length} characters of JSON; ${resultLimit} are allowed.`,
    );
  }
  return packed;
}

function parseRecorded(packed: string): Recorded {
  return JSON.parse(packed) as Recorded;
}

/** Doubles with every try, up to a minute; the random half keeps many jobs from coming back at once. */
function backoff(firstMs: number, tried: number): number {
  const full = Math.min(longestPauseMs, firstMs * 2 ** (tried - 1));
  return Math.round(full / 2 + (Math.random() * full) / 2);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  signal.addEventListener('abort', () => resolve(), { once: true });
  return promise.finally(() => clearTimeout(timer));
}
