import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { lookAgain } from '#app/look-again.ts';
import { useAuthStatus } from '#lib/auth-status.ts';
import { useLiveState } from '#lib/live/live-provider.tsx';

/**
 * Leads to the sign-in page when the live connection is closed because the session has ended, or cannot be opened any more: a browser
 * does not tell why a socket was refused, so the server is asked.
 */
export function useSessionEnd(): void {
  const queries = useQueryClient();
  const router = useRouter();
  const state = useLiveState();
  const isTeam = useAuthStatus()?.mode === 'team';
  useEffect(() => {
    if (isTeam && (state === 'revoked' || state === 'offline')) void lookAgain(queries, router);
  }, [isTeam, state, queries, router]);
}
