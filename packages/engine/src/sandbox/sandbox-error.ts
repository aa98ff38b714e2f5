/** Why a box did not do what it was asked. */
export type SandboxReason =
  | 'unusable'
  | 'no_free_user'
  | 'busy'
  | 'bad_snapshot'
  | 'bad_request'
  | 'outside'
  | 'not_found'
  | 'not_a_file'
  | 'too_large'
  | 'disk_full'
  | 'broken'
  | 'closed'
  | 'cancelled';

/**
 * An expected failure of a sandbox. The message is for the person: what happened and what to do. `detail` is what the programs below said, for
 * the log.
 */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
  readonly reason: SandboxReason;
  readonly detail: string | undefined;

  constructor(reason: SandboxReason, message: string, options: { detail?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.reason = reason;
    this.detail = options.detail;
  }
}
