import type { RemotePolicy, RemoteUrl } from '#checkout/parse-remote-url.ts';
import { PageError } from '#pages/page-error.ts';

/**
 * Reads the address of a page: https alone, and where the policy says so http to this machine. What comes after `#` is left out.
 * Throws `bad_url` with a sentence that says what to write instead.
 */
export function parsePageUrl(text: string, policy: RemotePolicy): RemoteUrl {
  const url = parse(text.trim());
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && policy.allowInsecureLoopback === true)) {
    throw badUrl('Only https:// pages are read: anything else can be changed on its way. Write the https:// address.');
  }
  if (url.username !== '' || url.password !== '') {
    throw badUrl('Leave user names and passwords out of the address; pages that need them cannot be read.');
  }
  url.hash = '';
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const protocol = url.protocol === 'https:' ? 'https' : 'http';
  const port = url.port === '' ? (protocol === 'https' ? 443 : 80) : Number(url.port);
  return { url: url.href, protocol, host, port };
}

function parse(text: string): URL {
  try {
    return new URL(text);
  } catch (cause) {
    throw new PageError('bad_url', 'This is not the address of a page. Write it as https://host/page.', { cause });
  }
}

function badUrl(message: string): PageError {
  return new PageError('bad_url', message);
}
