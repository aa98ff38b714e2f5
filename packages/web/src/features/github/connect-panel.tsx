import { Button, PasswordInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { KeyRound, LogIn } from 'lucide-react';
import { useRef } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { useAuthStatus } from '#lib/auth-status.ts';
import { api, client } from '#lib/client.ts';
import { ErrorLine } from '#ui/error-panel.tsx';

/** Ways to connect: through GitHub's own page where people sign in with it, or with an access token. */
export function ConnectPanel(props: { host: string }): ReactNode {
  const signInPath = useAuthStatus()?.signInPath ?? null;
  return (
    <div className="github-connect">
      {signInPath !== null && (
        <Button component="a" href={`${signInPath}?next=/settings/github`} leftSection={<LogIn size={14} />}>
          Connect through {props.host}
        </Button>
      )}
      <TokenForm host={props.host} />
    </div>
  );
}

function TokenForm(props: { host: string }): ReactNode {
  const queries = useQueryClient();
  // The token stays in the field and is read when needed: never in state, the cache or an address.
  const token = useRef<HTMLInputElement>(null);
  const connect = useMutation({
    mutationFn: () => client.github.connect({ token: token.current?.value ?? '' }),
    onSuccess: () => {
      if (token.current !== null) token.current.value = '';
      return queries.invalidateQueries({ queryKey: api.github.key() });
    },
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (!connect.isPending) connect.mutate();
  };
  return (
    <form onSubmit={onSubmit} autoComplete="off">
      <PasswordInput
        ref={token}
        label="Access token"
        description={`Made in the developer settings of ${props.host}. It is kept encrypted and never shown again.`}
        leftSection={<KeyRound size={13} />}
        autoComplete="off"
        required
        minLength={20}
        visibilityToggleButtonProps={{ 'aria-label': 'Show the token' }}
      />
      {connect.isError && <ErrorLine error={connect.error} />}
      <Button type="submit" variant="default" mt={8} loading={connect.isPending}>
        Connect with the token
      </Button>
    </form>
  );
}
