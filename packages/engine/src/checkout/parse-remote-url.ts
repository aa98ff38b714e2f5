import ipaddr from 'ipaddr.js';
import { CheckoutError } from '#checkout/checkout-error.ts';

/** Which hosts beyond public https ones may be reached. */
export interface RemotePolicy {
  /** Hosts on private networks and this machine, for a git server inside a company. Cloud metadata stays refused. */
  readonly allowPrivateHosts?: boolean;
  /** Plain http to 127.0.0.1, [::1] and localhost: for tests. */
  readonly allowInsecureLoopback?: boolean;
}

/** A git URL that was read and may be asked, if its host's addresses may be reached. */
export interface RemoteUrl {
  /** Normalised: no user, no query, no fragment, no trailing slash. */
  readonly url: string;
  readonly protocol: 'https' | 'http';
  /** A name, an IPv4 or an unbracketed IPv6 address. */
  readonly host: string;
  readonly port: number;
}

/**
 * Reads the URL of a git repository as a person typed it. Only https (and, where the policy says so, http to this machine).
 * Throws `bad_url` with a sentence that says what to write instead.
 */
export function parseRemoteUrl(text: string, policy: RemotePolicy = {}): RemoteUrl {
  const typed = text.trim();
  refuseOtherSyntax(typed);
  const url = parseUrl(typed);
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  refuseScheme(url, host, policy);
  if (url.username !== '' || url.password !== '') {
    throw badUrl('Leave user names, passwords and tokens out of the URL; give an access token in its own field.');
  }
  if (url.search !== '' || url.hash !== '')
    throw badUrl('A git URL ends with the repository: leave out “?…” and “#…”.');
  if (host === '') throw badUrl('This URL names no host. Write it as https://host/owner/repository.');
  refusePath(url.pathname);
  const path = url.pathname.replace(/\/+$/, '');
  const protocol = url.protocol === 'https:' ? 'https' : 'http';
  const port = url.port === '' ? (protocol === 'https' ? 443 : 80) : Number(url.port);
  const bracketed = host.includes(':') ? `[${host}]` : host;
  const origin = `${protocol}://${bracketed}${url.port === '' ? '' : `:${port}`}`;
  return { url: origin + path, protocol, host, port };
}

function refuseOtherSyntax(typed: string): void {
  if (typed === '') throw badUrl('Write the URL of a repository, for example https://github.com/owner/repository.');
  if (typed.length > 2048) throw badUrl('This URL is longer than 2,048 characters.');
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u0020\u007f-\u00a0\u2028\u2029\\]/.test(typed)) {
    throw badUrl('A git URL holds no spaces, backslashes or control characters.');
  }
  if (typed.startsWith('-')) throw badUrl('A git URL starts with https://, not with a dash.');
  if (/^[a-z0-9+.-]+::/i.test(typed)) {
    throw badUrl('Git remote helpers (such as ext::) are not allowed. Write the repository’s https:// URL.');
  }
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(typed)) {
    throw badUrl(
      /^[^/]*:/.test(typed)
        ? 'SSH addresses are not supported. Write the repository’s https:// URL and, if it is private, give an access token.'
        : 'Write the whole URL with https://, for example https://github.com/owner/repository.',
    );
  }
}

function parseUrl(typed: string): URL {
  try {
    return new URL(typed);
  } catch (cause) {
    throw new CheckoutError('bad_url', 'This is not a URL. Write it as https://host/owner/repository.', { cause });
  }
}

function refuseScheme(url: URL, host: string, policy: RemotePolicy): void {
  if (url.protocol === 'https:') return;
  if (url.protocol === 'http:') {
    if (policy.allowInsecureLoopback === true && isLoopbackHost(host)) return;
    throw badUrl('Plain http can be read and changed on its way. Write the repository’s https:// URL.');
  }
  throw badUrl(`Only https:// URLs can be connected, not ${url.protocol}//. Write the repository’s https:// URL.`);
}

function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || (ipaddr.isValid(host) && ipaddr.process(host).range() === 'loopback');
}

function refusePath(path: string): void {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch (cause) {
    throw new CheckoutError('bad_url', 'This URL holds a % that is not followed by two digits.', { cause });
  }
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f\\]/.test(decoded)) throw badUrl('A git URL holds no control characters or backslashes.');
  if (decoded.split('/').some((part) => part === '..' || part.startsWith('-'))) {
    throw badUrl('No part of a repository’s path may be “..” or start with a dash.');
  }
  if (decoded.replaceAll('/', '') === '') {
    throw badUrl('This URL names a host but no repository. Write it as https://host/owner/repository.');
  }
}

function badUrl(message: string): CheckoutError {
  return new CheckoutError('bad_url', message);
}
