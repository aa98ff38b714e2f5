import { useQuery } from '@tanstack/react-query';
import type { AuthStatus } from '@yudai/contract';
import { api } from '#lib/client.ts';

/** How people get in and who is: asked once, and again when an answer says that nobody is signed in. */
export const authStatusQuery = api.accounts.status.queryOptions({ input: {}, staleTime: Infinity });

/** Every screen is shown after the guard of the router has asked, so this is there at the first render. */
export function useAuthStatus(): AuthStatus | undefined {
  return useQuery(authStatusQuery).data;
}
