import { forgetWork } from '#features/accounts/kept.ts';

/** Ends the session on the server, then loads the sign-in page anew, so that nothing of the person stays in memory. */
export async function signOut(): Promise<void> {
  const response = await fetch('/api/auth/sign-out', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  if (!response.ok && response.status !== 401) throw new Error('Signing out did not work. Try again.');
  leave();
}

/** Goes to the sign-in page when the session has ended already. */
export function leave(): void {
  forgetWork();
  window.location.assign('/sign-in');
}
