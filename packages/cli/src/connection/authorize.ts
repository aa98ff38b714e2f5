import type { Whereabouts } from '#connection/connection.ts';
import { storedToken } from '#connection/credentials.ts';
import { CliError } from '#exit-codes.ts';
import type { Terminal } from '#terminal.ts';

export type Reach = (request: Request) => Promise<Response>;

/** What API keys begin with; every other token is a session's. */
export function isApiKey(token: string): boolean {
  return token.startsWith('yudai_');
}

/**
 * What shows the server at this address who asks: what the command says, else YUDAI_KEY, else what `yudai login` kept; null for nothing.
 * Throws `bad_request` rather than send any of it where it could be read on its way.
 */
export async function tokenFor(
  terminal: Pick<Terminal, 'env'>,
  where: Whereabouts,
  url: string,
): Promise<string | null> {
  const token = where.token === undefined ? (keyOf(terminal) ?? (await storedToken(terminal, url))) : where.token;
  if (token !== null) requireSafeUrl(url);
  return token;
}

/** The API key of the environment. Throws `bad_request` when it cannot be one, without repeating it. */
export function keyOf({ env }: Pick<Terminal, 'env'>): string | null {
  const key = env['YUDAI_KEY']?.trim() ?? '';
  return key === '' ? null : requireKey(key, 'YUDAI_KEY does not hold an API key of Yudai, which begins with yudai_.');
}

/** Throws `bad_request` with this message unless the text can be an API key. */
export function requireKey(text: string, message: string): string {
  if (isApiKey(text) && /^[\x21-\x7e]{10,500}$/.test(text)) return text;
  throw new CliError('bad_request', message);
}

/** Throws `bad_request` when what is sent to this address can be read on its way. */
export function requireSafeUrl(url: string): void {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)) return;
  throw new CliError(
    'bad_request',
    `${url} is not https: whoever is on the way could read the token. Use the server's https address.`,
  );
}

/** The same way to the server, with the token shown on it. */
export function authorizing(reach: Reach, token: string | null): Reach {
  if (token === null) return reach;
  return (request) => {
    request.headers.set('authorization', `Bearer ${token}`);
    return reach(request);
  };
}
