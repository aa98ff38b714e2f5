import type { QueryClient } from '@tanstack/react-query';
import { redirect } from '@tanstack/react-router';
import { detourOf } from '#features/accounts/detour.ts';
import { hasSkippedWelcome } from '#features/accounts/kept.ts';
import { authStatusQuery } from '#lib/auth-status.ts';
import { links } from '#lib/links.ts';
import { nextPathOf } from '#lib/next-path.ts';

interface Place {
  readonly pathname: string;
  readonly href: string;
  readonly search: { readonly next?: unknown };
}

/** Runs before every page. Throws a redirect when something comes first: signing in, or the welcome. */
export async function guard(queries: QueryClient, place: Place): Promise<void> {
  const status = await queries.ensureQueryData(authStatusQuery);
  const hasSkipped = status.account !== null && hasSkippedWelcome(status.account.id);
  const next = nextPathOf(place.href);
  switch (detourOf(status, place.pathname, hasSkipped)) {
    case 'sign-in':
      throw redirect({ ...links.signIn(next), replace: true });
    case 'welcome':
      throw redirect({ ...links.welcome(next), replace: true });
    case 'onward':
      throw redirect({ href: nextPathOf(place.search.next) ?? '/projects', replace: true });
    case 'home':
      throw redirect({ ...links.projects(), replace: true });
    case null:
      return;
  }
}
