/** Why a page was not read. */
export type PageReason =
  | 'bad_url'
  | 'private_address'
  | 'network'
  | 'refused'
  | 'too_large'
  | 'not_text'
  | 'unreadable'
  | 'timed_out'
  | 'cancelled';

/** An expected failure of reading a page. The message is for the person: what happened and what to do. */
export class PageError extends Error {
  override readonly name = 'PageError';
  readonly reason: PageReason;

  constructor(reason: PageReason, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.reason = reason;
  }
}
