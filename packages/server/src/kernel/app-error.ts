import type { ErrorCode } from '@yudai/contract';

/**
 * An expected failure. The message is for the person: what happened, and what to do. `details` reach the client, so they hold
 * ids and limits, never secrets; `cause` reaches the log only.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly details: Record<string, unknown> | undefined;

  constructor(code: ErrorCode, message: string, options: { details?: Record<string, unknown>; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.details = options.details;
  }
}

/** Unseen and missing are the same answer, so nobody learns what exists. */
export function notFound(what: string): AppError {
  return new AppError('not_found', `This ${what} does not exist, or you may not see it.`);
}
