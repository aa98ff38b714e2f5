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
import { persistently, type Waiting } from '#platform/jobs/persistently.ts';
import type { Session } from '#platform/jobs/session.ts';
import { keepStep, outcomeOf, type StepRow } from '#platform/jobs/step-store.ts';

/** The largest result of a step, in characters of JSON: larger things belong into tables or files. */
const resultLimit = 1024 * 1024;
const longestPauseMs = 60_000;

/** What is kept of a step. A failure is kept too: a run that went round it goes the same way when repeated. */
type Recorded =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: ErrorCode | null; readonly message: string };

type Work = (step: StepContext) => Promise<unknown>;

/** What a step gave, and whether its running time has to be charged now. */
export interface StepEnd {
  readonly value: unknown;
  readonly isTimed: boolean;
}

/** Runs the named steps of one job. */
export class StepRunner {
  readonly #parts: JobParts;
  readonly #waiting: Waiting;
  readonly #definition: JobDefinition<unknown>;
  readonly #session: Session;
  /** What the database says of the steps; names that this run has used already are in `#used`. */
  readonly #rows: Map<string, StepRow>;
  readonly #used = new Set<string>();

  constructor(
    parts: JobParts,
    waiting: Waiting,
    definition: JobDefinition<unknown>,
    session: Session,
    rows: readonly StepRow[],
  ) {
    this.#parts = parts;
    this.#waiting = waiting;
    this.#definition = definition;
    this.#session = session;
    this.#rows = new Map(rows.map((row) => [row.name, row]));
  }

  /** The step's result as JSON gives it back, so that the first run and a repeated one see the same. */
  async run(name: string, work: Work, options: StepOptions = {}): Promise<StepEnd> {
    this.#session.signal.throwIfAborted();
    if (this.#used.has(name)) throw new Error(`The step '${name}' has been used already in this job.`);
    this.#used.add(name);
    const number = this.#used.size;

    const kept = await this.#keptOf(name);
    const packed = kept ?? (await this.#perform(name, number, work, options));
    const outcome = parseRecorded(packed);
    const isTimed = kept === null && (await this.#end(name, number, outcome, packed));
    this.#session.signal.throwIfAborted();
    if (outcome.ok) return { value: outcome.value, isTimed };
    throw outcome.code === null ? new Error(outcome.message) : new AppError(outcome.code, outcome.message);
  }

  /** What an earlier run of the job has kept of this step; null when it has to be run. */
  async #keptOf(name: string): Promise<string | null> {
    const row = this.#rows.get(name);
    if (row === undefined || row.finishedAt === null) return null;
    return await this.#persistently(() => outcomeOf(this.#parts.database, this.#session.id, name));
  }

  /** Does the work, again while it fails transiently. Resolves only when there is something to keep. */
  async #perform(name: string, number: number, work: Work, options: StepOptions): Promise<string> {
    const { signal } = this.#session;
    const tries = options.attempts ?? this.#definition.attempts;
    for (let tried = 1; ; tried += 1) {
      try {
        signal.throwIfAborted();
        return packValue(name, await this.#tryOnce(name, number, work, options));
      } catch (error) {
        // How a step ended that the next run will repeat is nothing to keep.
        if (this.#goesOnElsewhere()) throw signal.reason;
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

  async #tryOnce(name: string, number: number, work: Work, options: StepOptions): Promise<unknown> {
    const { id, signal } = this.#session;
    const { attempt, written } = this.#begin(name, number);
    // Thrown below, when the work has ended.
    written.catch(() => undefined);
    if (options.beginsBeside !== true) {
      await written;
      signal.throwIfAborted();
    }
    try {
      return await work({ key: `${id}:${name}`, signal, attempt });
    } finally {
      await written;
    }
  }

  /** Records that the step runs. Its attempt is counted across restarts. */
  #begin(name: string, number: number): { readonly attempt: number; readonly written: Promise<unknown> } {
    const before = this.#rows.get(name);
    const row: StepRow = {
      jobId: this.#session.id,
      name,
      number: before?.number ?? number,
      status: 'running',
      attempt: (before?.attempt ?? 0) + 1,
      startedAt: this.#parts.clock.now(),
      finishedAt: null,
      error: null,
    };
    return { attempt: row.attempt, written: this.#keep(row, null) };
  }

  /** Records what the step gave. Returns whether any level of the job limits its time. */
  async #end(name: string, number: number, outcome: Recorded, packed: string): Promise<boolean> {
    const before = this.#rows.get(name);
    const now = this.#parts.clock.now();
    const status = outcome.ok ? 'completed' : this.#session.signal.aborted ? 'cancelled' : 'failed';
    const row: StepRow = {
      jobId: this.#session.id,
      name,
      number: before?.number ?? number,
      status,
      attempt: before?.attempt ?? 1,
      startedAt: before?.startedAt ?? now,
      finishedAt: now,
      error: outcome.ok
        ? null
        : toFailure(outcome.code === null ? undefined : new AppError(outcome.code, outcome.message)),
    };
    return await this.#keep(row, packed);
  }

  /** Writes the row of a step, unless the job is somebody else's by now. Work that is done waits for a database that is away. */
  async #keep(row: StepRow, outcome: string | null): Promise<boolean> {
    const { database, live, clock } = this.#parts;
    const kept = await this.#persistently(() =>
      live.handOver(`job:${row.jobId}`, () =>
        keepStep(database, {
          row,
          outcome,
          token: this.#session.token(),
          remainingMs: this.#session.remainingMs(),
          at: clock.now(),
        }),
      ),
    );
    if (kept === undefined) this.#session.stop('lost');
    else this.#rows.set(row.name, row);
    return kept?.isTimed ?? false;
  }

  #persistently<T>(transaction: () => Promise<T>): Promise<T> {
    return persistently(this.#waiting, transaction);
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
