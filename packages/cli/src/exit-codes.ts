import type { ErrorCode } from '@yudai/contract';

/** What the shell learns. Documented in `--help`; scripts rely on it. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, notFound: 3, unavailable: 4, cancelled: 130 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A failure that the CLI itself finds; `message` is for the person. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }
}

/** The exit code that stands for an error code of the API or of the CLI. */
export function exitCodeOf(code: ErrorCode): ExitCode {
  switch (code) {
    case 'bad_request':
    case 'invalid_input':
      return exitCodes.usage;
    case 'not_found':
    case 'gone':
      return exitCodes.notFound;
    case 'unavailable':
    case 'timeout':
    case 'too_many_requests':
      return exitCodes.unavailable;
    case 'cancelled':
      return exitCodes.cancelled;
    case 'unauthorized':
    case 'forbidden':
    case 'method_not_allowed':
    case 'conflict':
    case 'payload_too_large':
    case 'unsupported_media_type':
    case 'internal':
    case 'upstream_failed':
    case 'insufficient_storage':
      return exitCodes.failed;
  }
}
