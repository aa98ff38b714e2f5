/** Why git work did not happen. */
export type CheckoutReason =
  | 'bad_url'
  | 'private_address'
  | 'not_found'
  | 'authentication_needed'
  | 'redirected'
  | 'network'
  | 'unknown_ref'
  | 'empty'
  | 'not_a_folder'
  | 'unreadable'
  | 'too_large'
  | 'disk_full'
  | 'broken_repository'
  | 'cancelled'
  | 'timed_out'
  | 'git_missing'
  | 'bad_path'
  | 'does_not_apply'
  | 'denied'
  | 'branch_moved';

/**
 * An expected failure of a checkout. The message is for the person: what happened and what to do; it never holds a token.
 * `detail` is git's own (redacted) words, for the log.
 */
export class CheckoutError extends Error {
  override readonly name = 'CheckoutError';
  readonly reason: CheckoutReason;
  readonly detail: string | undefined;

  constructor(reason: CheckoutReason, message: string, options: { detail?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.reason = reason;
    this.detail = options.detail;
  }
}

export function cancelled(): CheckoutError {
  return new CheckoutError('cancelled', 'The work was cancelled.');
}
