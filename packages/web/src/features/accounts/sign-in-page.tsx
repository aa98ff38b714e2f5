import { Button } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { LogIn } from 'lucide-react';
import type { ReactNode } from 'react';
import '#features/accounts/accounts.css';
import { keepNext, keptNext } from '#features/accounts/kept.ts';
import { signInFailure } from '#features/accounts/sign-in-failures.ts';
import { useAuthStatus } from '#lib/auth-status.ts';
import { nextPathOf } from '#lib/next-path.ts';
import { usePageTitle } from '#lib/use-page-title.ts';
import { BareCard } from '#ui/bare-card.tsx';

const route = getRouteApi('/sign-in');

/** The only page of somebody who is not signed in. Everything else happens at GitHub. */
export function SignInPage(): ReactNode {
  const { next, error } = route.useSearch();
  const status = useAuthStatus();
  usePageTitle('Sign in');
  // GitHub sends a sign-in that failed back without the path it was to lead to.
  const target = next ?? (error === undefined ? null : nextPathOf(keptNext()));
  const provider = status?.provider ?? 'github.com';
  return (
    <BareCard title="Sign in to Yudai">
      <p className="muted">
        Yudai reads your repositories on this server, so that you can search their code, follow what depends on what,
        and pack what matters for a model.
      </p>
      {error !== undefined && <Failure code={error} />}
      <Button
        component="a"
        href={signInHref(status?.signInPath ?? '/api/auth/login', target)}
        size="sm"
        fullWidth
        leftSection={<LogIn size={14} />}
        onClick={() => keepNext(target)}
      >
        Continue with GitHub{provider === 'github.com' ? '' : ` (${provider})`}
      </Button>
      <p className="muted sign-in-note">
        GitHub asks you to share your profile and e-mail address, and access to repositories: Yudai needs it to read
        private ones, and writes only what you tell it to. Your GitHub token is stored encrypted on this server and
        never reaches the browser.
      </p>
    </BareCard>
  );
}

function Failure(props: { code: string }): ReactNode {
  const { title, text } = signInFailure(props.code);
  return (
    <div className="notice" data-tone="danger" role="alert">
      <strong>{title}</strong>
      {text}
    </div>
  );
}

function signInHref(path: string, next: string | null): string {
  return next === null ? path : `${path}?next=${encodeURIComponent(next)}`;
}
