import type { LookupAddress } from 'node:dns';
import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import ipaddr from 'ipaddr.js';
import { CheckoutError } from '#checkout/checkout-error.ts';
import type { RemotePolicy } from '#checkout/parse-remote-url.ts';
import { type PinnedRemote, type ResolveHost, resolveRemote } from '#checkout/resolve-remote.ts';
import { PageError } from '#pages/page-error.ts';
import { parsePageUrl } from '#pages/parse-page-url.ts';

export interface PageOptions {
  /** Which hosts beyond public ones may be reached; none unless told. */
  readonly policy?: Pick<RemotePolicy, 'allowInsecureLoopback'>;
  /** Turns a host name into addresses; tests give their own. */
  readonly resolve?: ResolveHost;
  readonly signal?: AbortSignal;
  /** For all of it, redirects too: 10 seconds unless told. */
  readonly timeoutMs?: number;
}

export interface FetchedPage {
  /** Where it was in the end, after redirects. */
  readonly url: string;
  /** As the server says, such as `text/html; charset=utf-8`; empty when it says nothing. */
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** Larger pages are refused. */
const largestPage = 1_000_000;
const mostRedirects = 5;
const standardTimeoutMs = 10_000;

/**
 * The bytes behind an address of the public internet. Every address on the way, also one that a redirect names, is looked up once and checked,
 * and the connection goes to what was checked. Sends nothing of the person. Throws PageError.
 */
export async function fetchPage(address: string, options: PageOptions = {}): Promise<FetchedPage> {
  const { policy = {}, timeoutMs = standardTimeoutMs } = options;
  const late = AbortSignal.timeout(timeoutMs);
  const signal = options.signal === undefined ? late : AbortSignal.any([options.signal, late]);
  try {
    let url = address;
    for (let hop = 0; hop <= mostRedirects; hop += 1) {
      const page = parsePageUrl(url, policy);
      const pinned = await orAborted(resolveRemote(page, policy, { resolve: options.resolve }), signal);
      const response = await ask(pinned, signal);
      const next = locationOf(response, page.url);
      if (next === null) return await read(response, page.url);
      response.destroy();
      url = next;
    }
    throw new PageError('refused', 'This page leads from one address to the next without an end.');
  } catch (error) {
    throw inWords(error, { late, cancelled: options.signal?.aborted === true, timeoutMs });
  }
}

function ask(page: PinnedRemote, signal: AbortSignal): Promise<IncomingMessage> {
  const options: RequestOptions = {
    // A connection of its own, to the addresses that were checked: a second answer of the name service never counts.
    agent: false,
    signal,
    lookup: (_host, { all }, callback) => {
      const found: LookupAddress[] = page.addresses.map((address) => ({ address, family: familyOf(address) }));
      const [first] = found;
      if (all === true || first === undefined) callback(null, found);
      else callback(null, first.address, first.family);
    },
    headers: {
      accept: 'text/html, text/plain, text/*;q=0.9, application/json;q=0.8',
      'accept-encoding': 'identity',
      'user-agent': 'Yudai',
    },
  };
  const send = page.protocol === 'https' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    send(page.url, options, resolve).on('error', reject).end();
  });
}

function locationOf({ statusCode = 0, headers }: IncomingMessage, from: string): string | null {
  if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined) return null;
  if (!URL.canParse(headers.location, from)) {
    throw new PageError('refused', 'This page leads to an address that cannot be read.');
  }
  return new URL(headers.location, from).href;
}

async function read(response: IncomingMessage, url: string): Promise<FetchedPage> {
  const { statusCode = 0, headers } = response;
  try {
    if (statusCode !== 200) {
      throw new PageError(
        'refused',
        `${new URL(url).host} answered ${statusCode} instead of the page. Check the address.`,
      );
    }
    if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
      throw new PageError('not_text', 'This page came compressed in a way that nobody asked for.');
    }
    const chunks: Buffer[] = [];
    let size = 0;
    // Without an encoding set, a response consists of buffers.
    for await (const chunk of response as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > largestPage) throw new PageError('too_large', 'This page has over 1 MB; Yudai reads smaller ones.');
      chunks.push(chunk);
    }
    return { url, contentType: headers['content-type'] ?? '', bytes: Buffer.concat(chunks) };
  } finally {
    response.destroy();
  }
}

function familyOf(address: string): 4 | 6 {
  return ipaddr.parse(address).kind() === 'ipv4' ? 4 : 6;
}

/** Work that does not listen to a signal does not hold anybody up. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new PageError('cancelled', 'The reading was cancelled.'));
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function inWords(error: unknown, state: { late: AbortSignal; cancelled: boolean; timeoutMs: number }): PageError {
  if (state.cancelled) return new PageError('cancelled', 'The reading was cancelled.', { cause: error });
  if (state.late.aborted) {
    const seconds = state.timeoutMs / 1000;
    return new PageError('timed_out', `This page did not come within ${seconds} seconds.`, { cause: error });
  }
  if (error instanceof PageError) return error;
  if (error instanceof CheckoutError && error.reason === 'private_address') {
    return new PageError('private_address', 'This address is not on the public internet, so it is not read.', {
      cause: error,
    });
  }
  if (error instanceof CheckoutError) return new PageError('network', error.message, { cause: error });
  return new PageError('network', 'The host of this page cannot be reached. Check the address.', { cause: error });
}
