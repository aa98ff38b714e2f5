import { z } from 'zod';
import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/app-error.ts';

export interface Renewal {
  readonly accessToken: string;
  readonly expiresAt: Date | null;
  readonly refreshToken: string | null;
  readonly refreshExpiresAt: Date | null;
}

/** New tokens for a refresh token; null when GitHub accepts that no more. Throws `upstream_failed` when GitHub is away. */
export type RenewTokens = (refreshToken: string, signal: AbortSignal) => Promise<Renewal | null>;

const answer = z.union([
  z.object({
    access_token: z.string().min(1),
    expires_in: z.coerce.number().int().positive().optional(),
    refresh_token: z.string().optional(),
    refresh_token_expires_in: z.coerce.number().int().positive().optional(),
  }),
  z.object({ error: z.string() }),
]);

/** Renews as docs.github.com, "Refreshing user access tokens", says: failures come with status 200 and a word. */
export function createRenewTokens(app: {
  /** Web address of GitHub. */
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly clock: Clock;
}): RenewTokens {
  return async (refreshToken, signal) => {
    const form = { client_id: app.clientId, client_secret: app.clientSecret, refresh_token: refreshToken };
    const response = await fetch(`${app.url}/login/oauth/access_token`, {
      method: 'POST',
      headers: { accept: 'application/json', 'user-agent': 'yudai' },
      body: new URLSearchParams({ ...form, grant_type: 'refresh_token' }),
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(15_000)]),
    }).catch(() => null);
    const parsed = answer.safeParse(response?.ok === true ? await response.json().catch(() => null) : null);
    if (!parsed.success) {
      signal.throwIfAborted();
      throw new AppError(
        'upstream_failed',
        'GitHub does not renew your connection at the moment. Try again in a while.',
      );
    }
    if ('error' in parsed.data) {
      if (parsed.data.error === 'bad_refresh_token') return null;
      throw new Error(`GitHub does not renew tokens for this app: ${parsed.data.error.slice(0, 100)}`);
    }
    const { access_token, expires_in, refresh_token, refresh_token_expires_in } = parsed.data;
    const inSeconds = (seconds: number | undefined) =>
      seconds === undefined ? null : new Date(app.clock.now().getTime() + seconds * 1000);
    return {
      accessToken: access_token,
      expiresAt: inSeconds(expires_in),
      refreshToken: refresh_token ?? null,
      refreshExpiresAt: inSeconds(refresh_token_expires_in),
    };
  };
}
