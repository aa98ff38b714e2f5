import { z } from 'zod';
import type { Reach } from '#connection/authorize.ts';
import { CliError } from '#exit-codes.ts';

const clientId = 'yudai-cli';
const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
/** What RFC 8628 adds to the interval at each `slow_down`. */
const slowDownSeconds = 5;

const deviceCode = z
  .object({
    device_code: z.string().min(1),
    user_code: z.string().min(1),
    verification_uri: z.url({ protocol: /^https?$/ }),
    verification_uri_complete: z.url({ protocol: /^https?$/ }).optional(),
    expires_in: z.number().positive(),
    interval: z.number().positive().default(5),
  })
  .transform((answer) => ({
    deviceCode: answer.device_code,
    userCode: answer.user_code,
    /** Where the person goes, with the code filled in if the server can do that. */
    page: answer.verification_uri_complete ?? answer.verification_uri,
    expiresInSeconds: answer.expires_in,
    intervalSeconds: answer.interval,
  }));
export type DeviceCode = z.infer<typeof deviceCode>;

const approval = z.object({ access_token: z.string().regex(/^[\x21-\x7e]{1,500}$/) });
const refusal = z.object({ error: z.string() });

export type Wait = (ms: number, signal: AbortSignal) => Promise<unknown>;

interface Server {
  readonly reach: Reach;
  readonly url: string;
  readonly signal: AbortSignal;
}

/** Asks the server for a code that a person can let in (RFC 8628, 3.1). */
export async function askForCode(server: Server): Promise<DeviceCode> {
  const response = await post(server, 'code', { client_id: clientId });
  const parsed = deviceCode.safeParse(await jsonOf(response));
  if (response.ok && parsed.success) return parsed.data;
  throw new CliError(
    response.status === 429 ? 'too_many_requests' : 'upstream_failed',
    response.status === 429
      ? 'There were too many attempts to sign in from here. Wait a minute and try again.'
      : `The server at ${server.url} gives no code to sign in with (HTTP ${response.status}).`,
  );
}

/** How often in a row a server may be away before it is given up: it is started anew within a minute, and still knows the code. */
const patience = 5;

/**
 * Asks again and again, at the pace the server wants, until somebody has answered; resolves with the token (RFC 8628, 3.4 and 3.5). Throws
 * `forbidden` when they said no, `timeout` when nobody answered in time, `unavailable` when the server stays away.
 */
export async function awaitToken(server: Server, device: DeviceCode, wait: Wait): Promise<string> {
  let interval = device.intervalSeconds;
  let away = 0;
  for (let waited = interval; waited <= device.expiresInSeconds; waited += interval) {
    await wait(interval * 1000, server.signal);
    const answer = await askForToken(server, device).catch((error: unknown) => {
      away += 1;
      if (!(error instanceof CliError && error.code === 'unavailable') || away >= patience) throw error;
      return { slower: true, away: true };
    });
    if (!('away' in answer)) away = 0;
    if ('token' in answer) return answer.token;
    if (answer.slower) interval += slowDownSeconds;
  }
  throw expired();
}

async function askForToken(
  server: Server,
  device: DeviceCode,
): Promise<{ readonly token: string } | { readonly slower: boolean }> {
  const body = { grant_type: grantType, device_code: device.deviceCode, client_id: clientId };
  const response = await post(server, 'token', body);
  const answer = await jsonOf(response);
  const approved = approval.safeParse(answer);
  if (response.ok && approved.success) return { token: approved.data.access_token };
  if (response.status === 429) return { slower: true };
  if (response.status >= 502)
    throw new CliError('unavailable', `Yudai is not available at ${server.url} now (HTTP ${response.status}).`);
  const { error } = refusal.catch({ error: '' }).parse(answer);
  switch (error) {
    case 'authorization_pending':
      return { slower: false };
    case 'slow_down':
      return { slower: true };
    case 'access_denied':
      throw new CliError('forbidden', 'The sign-in was refused in the browser.');
    case 'expired_token':
      throw expired();
    default:
      throw new CliError(
        'upstream_failed',
        `The server at ${server.url} did not finish the sign-in (${response.status}).`,
      );
  }
}

function expired(): CliError {
  return new CliError('timeout', 'Nobody let this command line in before the code ended. Run `yudai login` again.');
}

function post({ reach, url, signal }: Server, path: string, body: unknown): Promise<Response> {
  return reach(
    new Request(`${url}/api/auth/device/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(30_000)]),
    }),
  );
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    // Something else than Yudai answers there; what it said is in the status.
    return null;
  }
}
