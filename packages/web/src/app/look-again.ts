import type { QueryClient } from '@tanstack/react-query';
import { authStatusQuery } from '#lib/auth-status.ts';

/** Asks again who is signed in and has the router's guard judge the page that is open: it leads to the sign-in page when nobody is. */
export async function lookAgain(queries: QueryClient, router: { invalidate(): Promise<void> }): Promise<void> {
  try {
    await queries.fetchQuery({ ...authStatusQuery, staleTime: 0, retry: false });
  } catch {
    return; // The server does not answer at all: nothing is known about the session, and the banner says so.
  }
  await router.invalidate();
}
