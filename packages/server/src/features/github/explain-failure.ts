import type { RequestError } from 'octokit';
import { AppError } from '#kernel/app-error.ts';
import { scrubSecrets } from '#platform/log/index.ts';

/** Why a person has to connect GitHub (again); the screen offers it for these reasons. */
export function mustConnect(reason: 'connect' | 'reauthorize'): AppError {
  const message =
    reason === 'connect'
      ? 'Connect GitHub first: sign in with GitHub, or give an access token in the settings.'
      : 'GitHub does not accept your connection any more. Connect GitHub again.';
  return new AppError('conflict', message, { details: { reason } });
}

/**
 * Whether GitHub could not be asked at all, so that what was kept may be shown instead. A limit that somebody has used up does not count: it
 * would let them choose not to be asked whether they may still see it.
 */
export function isAway(error: unknown): boolean {
  return error instanceof AppError && error.code === 'upstream_failed';
}

/** Whether GitHub said that the person may not see this. */
export function isHidden(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'not_found' || error.code === 'forbidden');
}

/** What a failed request means for the person. Requests and headers stay out of it, for they hold tokens. */
export function explainFailure(error: unknown, what: string, caller: AbortSignal): unknown {
  if (caller.aborted) return caller.reason;
  if (isTimeout(error)) return away('GitHub did not answer in time. Try again in a while.', what, 'timeout');
  if (!isRequestError(error)) return error;
  const answered = error.response !== undefined;
  if (!answered)
    return away('GitHub cannot be reached. Check the network of this server, or try again.', what, 'no answer');
  const told = messageOf(error);
  const cause = new Error(`GitHub answered ${error.status} to ${what}: ${told}`);
  const wait = waitSeconds(error);
  if (wait !== null) {
    return new AppError(
      'too_many_requests',
      `GitHub takes no more requests from you for ${inWords(wait)}. Try again then.`,
      {
        details: { retryAfterSeconds: wait },
        cause,
      },
    );
  }
  switch (error.status) {
    case 401:
      return mustConnect('reauthorize');
    case 403:
    case 451:
      return new AppError('forbidden', forbidden(error, told), { cause });
    case 404:
      return new AppError('not_found', 'This does not exist on GitHub, or your account may not see it.', { cause });
    case 409:
      return new AppError('conflict', `GitHub refuses this now: ${told}`, { cause });
    case 410:
      return new AppError('conflict', 'This is turned off or was removed on GitHub.', { cause });
    case 400:
    case 422:
      return new AppError('invalid_input', `GitHub did not accept this: ${told}`, { cause });
    default:
      return away('GitHub has a problem of its own at the moment. Try again in a while.', what, String(error.status));
  }
}

/** The HTTP status that GitHub answered with; null for another failure. */
export function statusOf(error: unknown): number | null {
  return isRequestError(error) && error.response !== undefined ? error.status : null;
}

/** octokit is loaded when it is needed, so its error is known by what it carries. */
function isRequestError(error: unknown): error is RequestError {
  return error instanceof Error && error.name === 'HttpError' && 'status' in error && 'request' in error;
}

function away(message: string, what: string, answer: string): AppError {
  return new AppError('upstream_failed', message, { cause: new Error(`${what}: ${answer}`) });
}

function isTimeout(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === 'TimeoutError' || error.name === 'AbortError' || isTimeout(error.cause);
}

/** Seconds until requests count again; null when the refusal has another reason (docs.github.com, "Rate limits for the REST API"). */
function waitSeconds({ status, response }: RequestError): number | null {
  if (status !== 403 && status !== 429) return null;
  const headers = response?.headers ?? {};
  const after = Number(headers['retry-after']);
  if (Number.isFinite(after) && after > 0) return Math.ceil(after);
  if (headers['x-ratelimit-remaining'] === '0') {
    return Math.max(1, Math.ceil(Number(headers['x-ratelimit-reset']) - Date.now() / 1000));
  }
  return status === 429 || /secondary rate limit/i.test(messageOf({ response })) ? 60 : null;
}

function forbidden({ response }: RequestError, told: string): string {
  if (response?.headers['x-github-sso'] !== undefined) {
    return 'This organization wants single sign-on. Authorize your connection for it on GitHub, then try again.';
  }
  return `GitHub refuses this: ${told} Your account, its token or the GitHub App may lack the permission for it.`;
}

/** GitHub's own sentence, with the fields it names; cut, and without anything that looks like a secret. */
function messageOf({ response }: Pick<RequestError, 'response'>): string {
  const data: unknown = response?.data;
  if (typeof data !== 'object' || data === null) return 'no reason given.';
  const message = 'message' in data && typeof data.message === 'string' ? data.message : 'no reason given';
  const errors = 'errors' in data && Array.isArray(data.errors) ? data.errors.map(fieldOf).filter(Boolean) : [];
  const text = [message, ...errors].join('; ').replace(/[.\s]*$/, '.');
  return scrubSecrets(text).slice(0, 400);
}

function fieldOf(error: unknown): string {
  if (typeof error === 'string') return error;
  if (typeof error !== 'object' || error === null) return '';
  if ('message' in error && typeof error.message === 'string') return error.message;
  const field = 'field' in error && typeof error.field === 'string' ? error.field : '';
  const code = 'code' in error && typeof error.code === 'string' ? error.code.replaceAll('_', ' ') : '';
  return `${field} is ${code}`.trim();
}

function inWords(seconds: number): string {
  return seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}
