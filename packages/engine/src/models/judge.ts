import {
  APICallError,
  EmptyResponseBodyError,
  InvalidResponseDataError,
  JSONParseError,
  TypeValidationError,
} from '@ai-sdk/provider';
import type { ModelFailure, ModelName } from '@yudai/contract';
import { BrokenAnswerError, ModelError, StallError } from './model-error.ts';
import { retryAfterOf } from './retry-after.ts';
import { wordsFor } from './words.ts';

/** What a failed request means for what is done next. */
export interface Verdict {
  readonly error: ModelError;
  /** The same request may well succeed in a while. */
  readonly transient: boolean;
  /** The model's side is at fault, which counts towards its rest. */
  readonly outage: boolean;
  /** Another candidate may take the same request. */
  readonly elsewhere: boolean;
}

interface Facts {
  readonly status: number | null;
  readonly code: string | null;
  /** Only ever used to find words, never to decide whether to try again. */
  readonly text: string;
}

/**
 * Judges by what a failure is (class, HTTP status, the provider's own code), never by words in its message. What a model wrote is not
 * looked at here: an answer that does not fit a schema is no failure of the one who carried it.
 */
export function judge(error: unknown, model: ModelName, now: number): Verdict {
  if (error instanceof ModelError) return verdict(error, {});
  if (error instanceof StallError) return about('stalled', model, null, { outage: true, elsewhere: true });
  if (error instanceof BrokenAnswerError) return judgeBroken(error, model);
  if (APICallError.isInstance(error)) return judgeCall(error, model, now);
  if (isUnreadable(error)) return about('malformed', model, null, { transient: true, outage: true, elsewhere: true });
  if (isConnectionError(error))
    return about('unreachable', model, null, { transient: true, outage: true, elsewhere: true });
  const facts = factsOf(error);
  if (facts.status !== null || facts.code !== null) return judgeFacts(facts, model, null);
  // What the SDK refuses to send, or a mistake of ours: nobody else would fare better with it.
  if (error instanceof Error) return about('failed', model, null, { detail: error.name });
  // An error that the provider put into the stream in a shape of its own.
  return about('failed', model, null, { transient: true, outage: true, elsewhere: true });
}

/** The same once an answer has begun: whatever breaks the line then, or ends it without an end, has cut the answer off. */
export function judgeMiddle(error: unknown, model: ModelName, now: number): Verdict {
  const isCut = isConnectionError(error) || InvalidResponseDataError.isInstance(error);
  return judge(isCut ? new BrokenAnswerError('cut') : error, model, now);
}

function judgeBroken(error: BrokenAnswerError, model: ModelName): Verdict {
  switch (error.kind) {
    case 'cut':
      return about('unreachable', model, null, { transient: true, outage: true, elsewhere: true, detail: 'cut' });
    case 'empty':
      return about('malformed', model, null, { transient: true, outage: true, elsewhere: true, detail: 'empty' });
    case 'filtered':
      return about('filtered', model, null, {});
  }
}

function judgeCall(error: APICallError, model: ModelName, now: number): Verdict {
  const status = error.statusCode ?? null;
  if (status === null) {
    return about('unreachable', model, null, { transient: true, outage: true, elsewhere: true });
  }
  if (status < 400) {
    // The body could not be read: cut off on its way, or not what the format says.
    const reason = isConnectionError(error.cause) ? 'unreachable' : 'malformed';
    return about(reason, model, null, { transient: true, outage: true, elsewhere: true, detail: `HTTP ${status}` });
  }
  const body = factsOf(parsed(error.responseBody));
  return judgeFacts({ ...body, status }, model, retryAfterOf(error.responseHeaders ?? {}, now));
}

/** What providers call their failures, as the HTTP status that says the same. */
const statusOfCode: Readonly<Record<string, number>> = {
  overloaded_error: 503,
  server_error: 503,
  internal_server_error: 503,
  api_error: 503,
  timeout_error: 503,
  UNAVAILABLE: 503,
  INTERNAL: 503,
  DEADLINE_EXCEEDED: 503,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  RESOURCE_EXHAUSTED: 429,
  insufficient_quota: 402,
  billing_error: 402,
  billing_hard_limit_reached: 402,
  authentication_error: 401,
  invalid_api_key: 401,
  API_KEY_INVALID: 401,
  permission_error: 403,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  not_found_error: 404,
  model_not_found: 404,
  NOT_FOUND: 404,
  context_length_exceeded: 413,
  request_too_large: 413,
  invalid_request_error: 400,
  INVALID_ARGUMENT: 400,
};

function judgeFacts(facts: Facts, model: ModelName, retryAfterMs: number | null): Verdict {
  const meant = (facts.code === null ? undefined : statusOfCode[facts.code]) ?? facts.status ?? 500;
  // A code only narrows what the status says: a quota that is used up comes as 429, a wrong key or too long a prompt as 400.
  const status = facts.status === null || [401, 402, 413].includes(meant) ? meant : facts.status;
  const detail = [facts.status === null ? '' : `HTTP ${facts.status}`, facts.code ?? ''].filter(Boolean).join(', ');
  const next = (reason: ModelFailure, then: Partial<Verdict>) =>
    about(reason, model, retryAfterMs, { ...then, detail });
  const transient = { transient: true, outage: true, elsewhere: true };
  if (facts.code === 'content_filter' || facts.code === 'content_policy_violation') return next('filtered', {});
  if (status === 401 || status === 403 || status === 404) return next('refused', { elsewhere: true });
  if (status === 402) return next('limited', { elsewhere: true });
  if (status === 429) return next('limited', { transient: true, outage: true, elsewhere: true });
  if (status === 413 || (status === 400 && tooLong.test(facts.text))) return next('too_long', { elsewhere: true });
  if (status === 408 || status === 409 || status === 425 || status >= 500) return next('unreachable', transient);
  return next('failed', {});
}

/** Which of the refused requests are too long: several providers have no code for that, and only words differ by it. */
const tooLong = /prompt is too long|maximum context length|context window|context length|input token count/i;

function about(
  reason: ModelFailure,
  model: ModelName,
  retryAfterMs: number | null,
  { detail, ...then }: Partial<Omit<Verdict, 'error'>> & { readonly detail?: string },
): Verdict {
  const more = { model, retryAfterMs, ...(detail === undefined || detail === '' ? {} : { detail }) };
  return verdict(new ModelError(reason, wordsFor(reason, model, more), more), then);
}

function verdict(error: ModelError, then: Partial<Omit<Verdict, 'error'>>): Verdict {
  return { error, transient: false, outage: false, elsewhere: false, ...then };
}

function isUnreadable(error: unknown): boolean {
  return (
    JSONParseError.isInstance(error) ||
    TypeValidationError.isInstance(error) ||
    EmptyResponseBodyError.isInstance(error) ||
    InvalidResponseDataError.isInstance(error) ||
    error instanceof SyntaxError
  );
}

/** A socket that broke: undici says so with a code somewhere in the causes, or with a bare `terminated`. */
function isConnectionError(error: unknown, depth = 0): boolean {
  if (!(error instanceof Error) || depth > 5) return false;
  if ('code' in error && typeof error.code === 'string' && /^(E[A-Z]+|UND_ERR_[A-Z_]+)$/.test(error.code)) return true;
  if (error instanceof TypeError && (error.message === 'terminated' || error.message === 'fetch failed')) return true;
  return isConnectionError(error.cause, depth + 1);
}

/** Finds status and code in an error of a provider: `{error: {type, code, status, message}}` or that inner object by itself. */
function factsOf(value: unknown): Facts {
  const outer = recordOf(value);
  const inner = 'error' in outer ? recordOf(outer['error']) : 'response' in outer ? failedResponse(outer) : outer;
  const names = [reasonOf(inner), inner['code'], inner['status'], inner['type'], outer['code']];
  const strings = names.filter((name): name is string => typeof name === 'string');
  const code = strings.find((name) => name in statusOfCode) ?? strings.find((name) => /^[\w.-]{1,60}$/.test(name));
  const status = names.find((name): name is number => typeof name === 'number' && name >= 400 && name < 600);
  const text = inner['message'];
  return { status: status ?? null, code: code ?? null, text: typeof text === 'string' ? text : '' };
}

/** Google says the reason in the details; its status is the same for a wrong key and a wrong request. */
function reasonOf({ details }: Record<string, unknown>): unknown {
  return Array.isArray(details) ? recordOf(details[0])['reason'] : undefined;
}

/** OpenAI's `response.failed` carries the error inside of the response. */
function failedResponse(outer: Record<string, unknown>): Record<string, unknown> {
  return recordOf(recordOf(outer['response'])['error']);
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function parsed(body: string | undefined): unknown {
  try {
    return JSON.parse(body ?? '');
  } catch {
    // Proxies answer with pages; the status says enough.
    return {};
  }
}
