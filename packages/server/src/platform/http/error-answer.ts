import { ORPCError } from '@orpc/client';
import { ValidationError } from '@orpc/contract';
import { type ErrorBody, type ErrorCode, errorStatuses } from '@yudai/contract';
import { AppError } from '#kernel/app-error.ts';
import { scrubSecrets } from '#platform/log/index.ts';

/** What a failed request is answered with, and whether the failure is a defect that the log must explain. */
export interface ErrorAnswer {
  readonly status: number;
  readonly code: ErrorCode;
  readonly message: string;
  readonly details?: Record<string, unknown>;
  readonly defect: boolean;
}

/**
 * The one place where an error becomes an answer. Expected failures say what they say; what comes from a framework, a driver or the
 * system is told in our own words; everything else is `internal`, and only the log knows more.
 */
export function toErrorAnswer(error: unknown): ErrorAnswer {
  if (error instanceof AppError) return ofAppError(error);
  if (error instanceof ORPCError && error.cause instanceof ValidationError && error.code === 'BAD_REQUEST') {
    return ofInvalidInput(error.cause);
  }
  return ofFramework(error) ?? ofSystem(error) ?? { ...answer('internal', words.internal), defect: true };
}

export function toErrorBody(failed: ErrorAnswer, requestId: string): ErrorBody {
  const { code, message, details } = failed;
  return { error: { code, message, ...(details === undefined ? {} : { details }), requestId } };
}

/** An input that is refused before its schema has seen it. Path is dotted; empty for the whole input. */
export function invalidInput(fields: readonly { path: string; message: string }[]): AppError {
  const first = fields[0];
  const where = first === undefined || first.path === '' ? 'the request' : `\`${first.path}\``;
  const others = fields.length - 1;
  const more =
    others < 1
      ? ''
      : others === 1
        ? ' There is one more problem, see details.'
        : ` There are ${others} more problems, see details.`;
  return new AppError('invalid_input', `Check ${where}: ${first?.message ?? 'not valid'}.${more}`, {
    details: { fields: fields.slice(0, 20) },
  });
}

const words = {
  internal: 'Something went wrong inside Yudai. Try again; if it stays, the log has more under this request id.',
  bodyTooLarge: 'The body of this request is larger than this server accepts.',
  mediaType: 'Send the body as application/json.',
  badRequest: 'This request could not be read. Check its URL, headers and body.',
  badJson: 'The body is not valid JSON.',
  timeout: 'This took longer than the server allows. Try again, or ask for less.',
  cancelled: 'The caller went away before the answer was ready.',
  diskFull: 'The disk of the server is full. Free some space, then try again.',
} as const;

function ofAppError(error: AppError): ErrorAnswer {
  return {
    ...answer(error.code, scrubSecrets(error.message)),
    ...(error.details === undefined ? {} : { details: scrubDetails(error.details) }),
    defect: error.code === 'internal' || error.code === 'unavailable',
  };
}

function ofInvalidInput(error: ValidationError): ErrorAnswer {
  const fields = error.issues.flatMap((issue) => {
    const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
    const unknownKeys = 'keys' in issue && Array.isArray(issue.keys) ? issue.keys.map(String) : [];
    if (unknownKeys.length === 0) return [{ path: shorten(path.join('.')), message: shorten(issue.message) }];
    return unknownKeys.map((key) => ({ path: shorten([...path, key].join('.')), message: 'not a known field' }));
  });
  return ofAppError(invalidInput(fields));
}

/** Failures of Fastify and Node's HTTP parser, which carry a code. */
function ofFramework(error: unknown): ErrorAnswer | null {
  if (!(error instanceof Error)) return null;
  switch (codeOf(error)) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return answer('payload_too_large', words.bodyTooLarge);
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_INVALID_TYPE':
      return answer('unsupported_media_type', words.mediaType);
    case 'FST_ERR_HANDLER_TIMEOUT':
      return answer('timeout', words.timeout);
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return answer('bad_request', words.badJson);
    case 'ECONNRESET':
      return answer('cancelled', words.cancelled);
    default:
      break;
  }
  const status = 'statusCode' in error ? error.statusCode : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? answer('bad_request', words.badRequest) : null;
}

/** Failures of signals and the disk, wherever in the chain of causes they stand. The database translates its own. */
function ofSystem(error: unknown): ErrorAnswer | null {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    if (cause.name === 'AbortError') return answer('cancelled', words.cancelled);
    if (cause.name === 'TimeoutError') return answer('timeout', words.timeout);
    if (codeOf(cause) === 'ENOSPC') return answer('insufficient_storage', words.diskFull);
  }
  return null;
}

function answer(code: ErrorCode, message: string): ErrorAnswer {
  return { status: errorStatuses[code], code, message, defect: false };
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Details are small and plain JSON. */
function scrubDetails(details: Record<string, unknown>): Record<string, unknown> {
  const scrub = (_key: string, value: unknown): unknown => (typeof value === 'string' ? scrubSecrets(value) : value);
  return JSON.parse(JSON.stringify(details, scrub)) as Record<string, unknown>;
}

/** What came from the caller is repeated only in part. */
function shorten(text: string): string {
  const clean = scrubSecrets(text);
  return clean.length > 200 ? `${clean.slice(0, 200)}…` : clean;
}
