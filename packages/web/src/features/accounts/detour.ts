import type { AuthStatus } from '@yudai/contract';

export type Detour = 'sign-in' | 'welcome' | 'onward' | 'home';

/**
 * Where somebody has to go instead of the page they asked for; null when they may see it. `onward` leaves the sign-in page for where they
 * wanted to go. In local mode nobody signs in, so those pages are not there.
 */
export function detourOf(status: AuthStatus, path: string, hasSkippedWelcome: boolean): Detour | null {
  const isSignIn = path === '/sign-in';
  if (status.mode === 'local') return isSignIn || path === '/welcome' || path === '/device' ? 'home' : null;
  if (status.account === null) return isSignIn ? null : 'sign-in';
  if (isSignIn) return 'onward';
  // A device that waits has minutes; the question what somebody came for has time.
  if (path === '/welcome' || path === '/device' || status.account.goal !== null || hasSkippedWelcome) return null;
  return 'welcome';
}
