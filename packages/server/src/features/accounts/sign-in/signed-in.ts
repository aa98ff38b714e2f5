import type { Id } from '@yudai/contract';
import type { GithubProfile } from './github-profile.ts';

/** A sign-in that has come back from GitHub with a proven account. */
export interface SignedIn {
  readonly userId: Id<'user'>;
  readonly github: GithubProfile;
  readonly tokens: {
    readonly accessToken: string;
    readonly expiresAt: Date | null;
    readonly refreshToken: string | null;
    readonly refreshExpiresAt: Date | null;
    readonly scopes: readonly string[];
  };
}

/** Where a sign-in comes from, for the audit log. */
export interface CameFrom {
  readonly address: string | null;
  readonly requestId: string | null;
}

/** What better-auth takes for an address: the number of the account, so that nobody is ever found by an address. */
export function subjectOf(githubId: number): string {
  return `${githubId}@github.invalid`;
}
