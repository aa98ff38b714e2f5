import type { Answer, Failure, Id, Job, JobKind, Question } from '@yudai/contract';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { AppError } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import type { ErrorCode } from '@yudai/contract';
import type { Db } from '#platform/db/index.ts';
import { scrubSecrets } from '#platform/log/index.ts';

/** What a kind of job is and how it runs. */
export interface JobDefinition<P> {
  readonly kind: JobKind;
  /** Ids, not contents: the row is the truth and is read again when the job runs. */
  readonly payload: z.ZodType<P>;
  /** `direct` jobs are short and start on the node that received them; `queued` ones are heavy and go to any node. */
  readonly mode: 'direct' | 'queued';
  /** How many may run at once on all nodes together. */
  readonly concurrency: number;
  /** How many of them one node may run. */
  readonly perNode?: number;
  /** How many of them one project may run. */
  readonly perProject?: number;
  /** How long it may run; time spent waiting for a person or in the queue does not count. */
  readonly deadlineMs: number;
  /** The same for one of them, where that is less. */
  deadlineOf?(payload: P): number;
  /** How often a step is tried while it fails with a `TransientError`. */
  readonly attempts: number;
  /** The work. Everything outside of steps runs again after a crash, so effects belong into steps. */
  run(run: JobRun<P>): Promise<Record<string, unknown>>;
  /** Runs in the transaction that ends the job, however it ended: as its owner, or as the system where nobody else is left to do it. */
  onEnd?(db: Db, job: Job): Promise<void>;
  /** The end is always written as the system, because its owner may have lost the right to what is left to be done. */
  readonly endsAsSystem?: boolean;
}

/** What the work of a job can do. */
export interface JobRun<P> {
  readonly id: Id<'job'>;
  readonly payload: P;
  /** The owner as actor; the signal aborts on cancel, on the deadline, and when this node stops or loses the job. */
  readonly ctx: Context;
  readonly log: Logger;
  /**
   * Runs work whose result is kept: a finished step is not run again, the one in flight when a process dies is repeated
   * with the same key. Names are unique within the job. Results are JSON, at most 1 MiB.
   */
  step<T>(name: string, work: (step: StepContext) => Promise<T>, options?: StepOptions): Promise<T>;
  /** 0–100 and what it does now. Never goes back; written at most ten times a second. */
  progress(percent: number, message?: string): void;
  /**
   * Waits for a person without holding a slot, also across restarts, and returns the answers. Asked again under the same name, it returns what
   * was answered then; without a name the first question is the first again.
   */
  ask(questions: Question[], name?: string): Promise<Answer[]>;
  /** Counts micro-dollars. Over the budget the job waits until a person raises it or stops the job. Call it in a step. */
  spend(micros: number): Promise<void>;
}

export interface StepContext {
  /** `jobId:step`: the same at every repetition, so that outside effects can be made once. */
  readonly key: string;
  readonly signal: AbortSignal;
  /** 1 for the first try, counted across restarts. */
  readonly attempt: number;
}

export interface StepOptions {
  /** Tries on transient errors, instead of the definition's. */
  readonly attempts?: number;
  /** The first pause between tries; doubles each time up to a minute. */
  readonly backoffMs?: number;
  /**
   * The work begins while it is still being written that it does, which takes longer than short work itself. For work that nobody outside can tell from
   * none when the job turns out to be somebody else's by now: the step is then stopped and not kept, but may have begun.
   */
  readonly beginsBeside?: boolean;
}

/** A failure that may be gone next time: the step is tried again. Every other error ends the step. */
export class TransientError extends AppError {
  /** The service said when to come back. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: { code?: ErrorCode; cause?: unknown; retryAfterMs?: number } = {}) {
    super(options.code ?? 'upstream_failed', message, { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** What a person may read about an error: the words of an AppError, or a general sentence. */
export function toFailure(error: unknown): Failure {
  if (error instanceof AppError) return { code: error.code, message: scrubSecrets(error.message) };
  return {
    code: 'internal',
    message: 'Something went wrong inside Yudai. The log of the server says more; you can try again.',
  };
}
