import type { ModelFailure, ModelName } from '@yudai/contract';

/**
 * Why a model gave no answer. The message is for a person: what happened and what to do. It never repeats what a provider sent, which
 * may hold a key or the conversation; `detail` has its status and code, for the log.
 */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly reason: ModelFailure;
  readonly model: ModelName | null;
  /** When it is worth trying again, in milliseconds from now; null when that is not known. */
  readonly retryAfterMs: number | null;
  readonly detail: string | null;

  constructor(
    reason: ModelFailure,
    message: string,
    more: { readonly model?: ModelName; readonly retryAfterMs?: number | null; readonly detail?: string } = {},
  ) {
    super(message);
    this.reason = reason;
    this.model = more.model ?? null;
    this.retryAfterMs = more.retryAfterMs ?? null;
    this.detail = more.detail ?? null;
  }
}

/** Thrown inside when a model was silent for too long. */
export class StallError extends Error {
  override readonly name = 'StallError';
}

/** Thrown inside when a stream ended before its end, or there was nothing in it. */
export class BrokenAnswerError extends Error {
  override readonly name = 'BrokenAnswerError';
  readonly kind: 'cut' | 'empty' | 'filtered';

  constructor(kind: 'cut' | 'empty' | 'filtered') {
    super(`The answer is ${kind}.`);
    this.kind = kind;
  }
}
