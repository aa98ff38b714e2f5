import { randomUUID } from 'node:crypto';
import type { Octokit } from 'octokit';
import type { z } from 'zod';
import { createEtagCache } from './etag-cache.ts';
import { explainFailure, statusOf } from './explain-failure.ts';

/** Who speaks to GitHub. `key` separates what is cached and throttled; `token` is a person's or an installation's. */
export interface Speaker {
  readonly key: string;
  readonly token: string | undefined;
}

export interface GitHubRequest<T> {
  /** As GitHub documents it: `GET /repos/{owner}/{repo}/issues`. */
  readonly route: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** What of the answer is used. */
  readonly answer: z.ZodType<T>;
  readonly signal: AbortSignal;
}

export interface GitHubAnswer<T> {
  readonly data: T;
  /** The number of the next page; null on the last one. */
  readonly nextPage: number | null;
  /** The number of the last page, where GitHub tells it. */
  readonly lastPage: number | null;
  readonly scopes: readonly string[];
  readonly rateLimit: { readonly left: number; readonly resetsAt: Date } | null;
}

export interface GitHubClient {
  readonly url: string;
  /** Sends one request. Throws AppError with what it means for the person; nothing thrown holds a token. */
  request<T>(speaker: Speaker, request: GitHubRequest<T>): Promise<GitHubAnswer<T>>;
}

export interface GitHubClientOptions {
  readonly apiUrl: string;
  /** `github` spaces writes and searches as GitHub asks for; `none` is for a double on this machine. */
  readonly pace: 'github' | 'none';
}

const answerWithinMs = 25_000;
/** Longer waits are told to the person instead of being sat out. */
const longestWaitSeconds = 5;

/**
 * The one way to GitHub: octokit with throttling, retries with backoff (reading only, for nothing is to be made twice), primary and secondary
 * rate limits, conditional requests, a limit of time, and failures in words.
 */
export function createGitHubClient({ apiUrl, pace }: GitHubClientOptions): GitHubClient {
  const cache = createEtagCache();
  const baseMs = pace === 'none' ? 10 : 1000;
  const waitIfShort = (seconds: number, _options: unknown, _octokit: unknown, retries: number) =>
    seconds <= longestWaitSeconds && retries < 1;

  async function octokitOf({ key, token }: Speaker): Promise<Octokit> {
    // Loading that a start without GitHub does not need.
    const { Octokit } = await import('octokit');
    return new Octokit({
      baseUrl: apiUrl,
      userAgent: 'yudai',
      ...(token === undefined ? {} : { auth: token }),
      log: silent,
      retry: {
        retries: 2,
        retryAfterBaseValue: baseMs,
        doNotRetry: [304, 400, 401, 403, 404, 409, 410, 422, 429, 451],
      },
      throttle: {
        // Requests with one id wait for each other.
        id: pace === 'none' ? randomUUID() : key,
        retryAfterBaseValue: baseMs,
        fallbackSecondaryRateRetryAfter: 60,
        onRateLimit: waitIfShort,
        onSecondaryRateLimit: waitIfShort,
      },
    });
  }

  return {
    url: apiUrl,
    async request(speaker, { route, parameters = {}, answer, signal }) {
      const reads = route.startsWith('GET ');
      const cacheKey = JSON.stringify([speaker.key, route, parameters]);
      const known = reads ? cache.get(cacheKey) : undefined;
      const what = route.replace(/\?.*/, '');
      try {
        const response = await (
          await octokitOf(speaker)
        ).request(route, {
          ...parameters,
          headers: {
            'x-github-api-version': '2022-11-28',
            ...(known === undefined ? {} : { 'if-none-match': known.etag }),
          },
          request: {
            signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
            ...(reads ? {} : { retries: 0 }),
          },
        });
        const { etag, link } = response.headers;
        if (reads && etag !== undefined) cache.set(cacheKey, { etag, data: response.data, link });
        return toAnswer(answer, response.data, link, response.headers);
      } catch (error) {
        if (known !== undefined && statusOf(error) === 304) return toAnswer(answer, known.data, known.link, {});
        throw explainFailure(error, what, signal);
      }
    },
  };
}

type Headers = Readonly<Record<string, string | number | undefined>>;

function toAnswer<T>(schema: z.ZodType<T>, data: unknown, link: string | undefined, headers: Headers): GitHubAnswer<T> {
  const left = Number(headers['x-ratelimit-remaining']);
  const resets = Number(headers['x-ratelimit-reset']);
  return {
    data: schema.parse(data),
    nextPage: pageOf(link, 'next'),
    lastPage: pageOf(link, 'last'),
    scopes: String(headers['x-oauth-scopes'] ?? '')
      .split(',')
      .map((scope) => scope.trim())
      .filter((scope) => scope !== ''),
    rateLimit: Number.isInteger(left) && Number.isInteger(resets) ? { left, resetsAt: new Date(resets * 1000) } : null,
  };
}

function pageOf(link: string | undefined, relation: 'next' | 'last'): number | null {
  const target = new RegExp(`<([^>]+)>; rel="${relation}"`).exec(link ?? '')?.[1];
  const page = target === undefined || !URL.canParse(target) ? null : new URL(target).searchParams.get('page');
  return page === null ? null : Number(page);
}

const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** The platform writes one line per request of ours; octokit's own lines name URLs. */
function nothing(): void {}
