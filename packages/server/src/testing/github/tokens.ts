import { randomBytes } from 'node:crypto';

/** A token as GitHub knows it. */
export interface KnownToken {
  readonly login: string;
  readonly scopes: readonly string[];
  /** When it stops to count; null never. */
  expiresAt: Date | null;
  revoked: boolean;
}

export interface TokenPair {
  readonly accessToken: string;
  readonly expiresInSeconds: number | null;
  readonly refreshToken: string | null;
  readonly refreshExpiresInSeconds: number | null;
}

export interface Tokens {
  /** A token that was made by hand, such as a personal one. */
  issue(login: string, scopes?: readonly string[]): string;
  issuePair(login: string, scopes: readonly string[]): TokenPair;
  /** A pair for a refresh token, which counts once; null when it does not count. */
  refresh(refreshToken: string): (TokenPair & { readonly scopes: readonly string[] }) | null;
  /** What the token is good for now; null when it is unknown, revoked or too old. */
  find(token: string): KnownToken | null;
  /** The token counts no more; with `everything`, neither does what could renew it. */
  revoke(token: string): void;
  revokeAll(login: string): void;
  expireAll(login: string): void;
  /** Every token ever given, to look for in dumps and logs. */
  all(): string[];
}

const hours8 = 8 * 3600;
const months6 = 15_811_200;

/** The tokens that were really given: whatever else comes is refused, as GitHub does. */
export function createTokens(options: { readonly expiring: boolean }): Tokens {
  const known = new Map<string, KnownToken>();
  const refreshable = new Map<string, { login: string; scopes: readonly string[]; used: boolean }>();

  function issuePair(login: string, scopes: readonly string[]): TokenPair {
    const accessToken = secret(options.expiring ? 'ghu' : 'gho');
    const expiresAt = options.expiring ? new Date(Date.now() + hours8 * 1000) : null;
    known.set(accessToken, { login, scopes, expiresAt, revoked: false });
    if (!options.expiring) {
      return { accessToken, expiresInSeconds: null, refreshToken: null, refreshExpiresInSeconds: null };
    }
    const refreshToken = secret('ghr');
    refreshable.set(refreshToken, { login, scopes, used: false });
    return { accessToken, expiresInSeconds: hours8, refreshToken, refreshExpiresInSeconds: months6 };
  }

  return {
    issue(login, scopes = ['repo', 'read:user', 'user:email']) {
      const token = secret('ghp');
      known.set(token, { login, scopes, expiresAt: null, revoked: false });
      return token;
    },
    issuePair,
    refresh(refreshToken) {
      const found = refreshable.get(refreshToken);
      if (found === undefined || found.used) return null;
      found.used = true;
      return { ...issuePair(found.login, found.scopes), scopes: found.scopes };
    },
    find(token) {
      const found = known.get(token);
      if (found === undefined || found.revoked) return null;
      return found.expiresAt !== null && found.expiresAt.getTime() <= Date.now() ? null : found;
    },
    revoke(token) {
      const found = known.get(token);
      if (found !== undefined) found.revoked = true;
      const renewal = refreshable.get(token);
      if (renewal !== undefined) renewal.used = true;
    },
    revokeAll(login) {
      for (const token of known.values()) if (token.login === login) token.revoked = true;
      for (const token of refreshable.values()) if (token.login === login) token.used = true;
    },
    expireAll(login) {
      for (const token of known.values()) if (token.login === login) token.expiresAt = new Date(0);
    },
    all: () => [...known.keys(), ...refreshable.keys()],
  };
}

function secret(prefix: string): string {
  return `${prefix}_${randomBytes(27).toString('base64url').replaceAll(/[-_]/g, 'x')}`;
}
