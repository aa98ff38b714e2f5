import { get as httpGet } from 'node:http';
import { get as httpsGet } from 'node:https';
import { CheckoutError, cancelled } from '#checkout/checkout-error.ts';
import type { PinnedRemote } from '#checkout/resolve-remote.ts';
import { diskFull } from '#checkout/run-git.ts';

/** What git's words about a remote mean for the person. `stderr` is redacted already. */
export async function explainRemoteFailure(
  remote: PinnedRemote,
  result: { readonly exitCode: number; readonly stderr: string },
  withToken: boolean,
): Promise<CheckoutError> {
  const { stderr } = result;
  const detail = `git ended with ${result.exitCode}: ${stderr.trim().slice(-2000)}`;
  const fail = (reason: CheckoutError['reason'], message: string) => new CheckoutError(reason, message, { detail });
  if (/No space left on device|Disk quota exceeded|unable to write file/.test(stderr)) return diskFull(detail);
  if (/error: 30[1278]\b/.test(stderr))
    return fail('redirected', redirectMessage(remote, await redirectTarget(remote)));
  if (/could not read Username|could not read Password|Authentication failed|error: 40[13]\b/.test(stderr)) {
    return fail('authentication_needed', authenticationMessage(remote, withToken));
  }
  if (
    /not found|error: 404|error: 410|does not appear to be a git repository|not valid: is this a git repository/.test(
      stderr,
    )
  ) {
    return fail('not_found', `There is no git repository at ${remote.url}, or you may not see it. Check the URL.`);
  }
  if (/couldn't find remote ref|not our ref|no matching remote/.test(stderr)) {
    return fail('unknown_ref', `The branch or tag was removed from ${remote.url} while it was fetched. Try again.`);
  }
  if (
    /index-pack failed|bad object|corrupt|pack has bad|invalid index-pack|missing blob|did not send all|protocol error|fatal: expected '/.test(
      stderr,
    )
  ) {
    return fail(
      'broken_repository',
      `${remote.host} sent damaged data. Try again; if it repeats, the repository is broken.`,
    );
  }
  if (/SSL|certificate/i.test(stderr)) {
    return fail('network', `${remote.host} has no valid certificate, so the connection was not made.`);
  }
  if (/error: 5\d\d|error: 429/.test(stderr)) {
    return fail('network', `${remote.host} answers that it cannot serve this now. Try again in a while.`);
  }
  if (/timed out|Operation too slow|timeout/i.test(stderr)) {
    return fail('timed_out', `${remote.host} did not answer in time. Try again.`);
  }
  return fail('network', `The connection to ${remote.host} failed. Check this machine’s network and try again.`);
}

function authenticationMessage(remote: PinnedRemote, withToken: boolean): string {
  return withToken
    ? `${remote.host} did not accept the access token for this repository. Give one that may read it, or check the URL.`
    : `${remote.host} wants a sign-in for this repository: it is private or does not exist. Check the URL or give an access token.`;
}

function redirectMessage(remote: PinnedRemote, target: string | null): string {
  return target === null
    ? `${remote.url} redirects somewhere else, which is not followed. Use the repository’s current URL.`
    : `${remote.url} has moved to ${target}. Use that URL.`;
}

/** Where the remote points to, asked without a token at the pinned address; null when it does not say. */
function redirectTarget(remote: PinnedRemote): Promise<string | null> {
  const get = remote.protocol === 'https' ? httpsGet : httpGet;
  const [address = ''] = remote.addresses;
  return new Promise((resolve) => {
    const request = get(
      `${remote.url}/info/refs?service=git-upload-pack`,
      {
        timeout: 5000,
        agent: false,
        lookup: (_host, options, callback) => {
          const family = address.includes(':') ? 6 : 4;
          if (options.all === true) callback(null, [{ address, family }]);
          else callback(null, address, family);
        },
      },
      (response) => {
        response.destroy();
        resolve(cleanTarget(response.headers.location, remote.url));
      },
    );
    request.on('timeout', () => request.destroy(cancelled()));
    request.on('error', () => resolve(null));
  });
}

function cleanTarget(location: string | undefined, base: string): string | null {
  if (location === undefined || !URL.canParse(location, base)) return null;
  const url = new URL(location, base);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  return (url.origin + url.pathname).replace(/\/info\/refs$/, '').slice(0, 500);
}
