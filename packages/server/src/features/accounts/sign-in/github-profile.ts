import { z } from 'zod';
import { AppError } from '#kernel/app-error.ts';

/** What GitHub says of the person who signs in. */
export interface GithubProfile {
  readonly id: number;
  readonly login: string;
  readonly name: string;
  readonly avatarUrl: string | null;
  /** Their primary address, if GitHub has verified it. */
  readonly email: string | null;
}

const user = z.object({
  id: z.number().int().positive(),
  login: z.string().min(1).max(100),
  name: z.string().nullish(),
  avatar_url: z.string().nullish(),
});
const emails = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }));

const timeoutMs = 10_000;

/** Asks GitHub whose token this is. Throws `upstream_failed`; the token is in no message. */
export async function readGithubProfile(apiUrl: string, accessToken: string): Promise<GithubProfile> {
  const me = user.parse(await getJson(`${apiUrl}/user`, accessToken));
  const avatar = me.avatar_url ?? '';
  return {
    id: me.id,
    login: me.login,
    name: (me.name ?? '').trim().slice(0, 100) || me.login,
    avatarUrl: URL.canParse(avatar) && avatar.startsWith('https:') ? avatar : null,
    email: await primaryEmail(apiUrl, accessToken),
  };
}

/** Not everybody lets apps read addresses; nothing here needs one. */
async function primaryEmail(apiUrl: string, accessToken: string): Promise<string | null> {
  try {
    const all = emails.parse(await getJson(`${apiUrl}/user/emails`, accessToken));
    return all.find(({ primary, verified }) => primary && verified)?.email ?? null;
  } catch (error) {
    if (error instanceof AppError || error instanceof z.ZodError) return null;
    throw error;
  }
}

async function getJson(url: string, accessToken: string): Promise<unknown> {
  const headers = {
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${accessToken}`,
    'user-agent': 'yudai',
    'x-github-api-version': '2022-11-28',
  };
  // Elsewhere than at GitHub the token has no business.
  const response = await fetch(url, { headers, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok)
    throw new AppError('upstream_failed', `GitHub answered ${response.status} when asked who signs in.`);
  return response.json();
}
