import type { SignInSettings } from '#features/accounts/index.ts';
import type { Config } from '#platform/config/index.ts';

/** Whether people sign in, or one owner uses this machine alone. */
export function modeOf({ signIn }: Config): 'local' | 'team' {
  return signIn === null ? 'local' : 'team';
}

/** What sign-in needs to know; null when nobody signs in. */
export function signInOf(config: Config): SignInSettings | null {
  const { signIn, http, github, administrators, signUp } = config;
  if (signIn === null) return null;
  const host = http.host.includes(':') ? `[${http.host}]` : http.host;
  return {
    publicUrl: http.publicUrl ?? `http://${host}:${http.port}`,
    githubUrl: github.url,
    githubApiUrl: github.apiUrl,
    clientId: signIn.clientId,
    clientSecret: signIn.clientSecret.reveal(),
    administrators,
    signUp,
  };
}
