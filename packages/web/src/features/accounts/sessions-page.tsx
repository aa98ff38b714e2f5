import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { AuthSession } from '@yudai/contract';
import { LogOut } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import '#features/accounts/accounts.css';
import { leave } from '#features/accounts/sign-out.ts';
import { SignOutDialog } from '#features/accounts/sign-out-dialog.tsx';
import { agentWords } from '#features/accounts/words.ts';
import { api } from '#lib/client.ts';
import { formatAgo, formatTime } from '#lib/format.ts';
import { useNow } from '#lib/use-now.ts';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { SettingsScreen } from '#ui/settings-screen.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';
import { useFailureToast } from '#ui/use-failure-toast.ts';

/** Where the person is signed in, this browser first. */
export function SessionsPage(): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <SettingsScreen
      title="Sessions"
      actions={
        <Button variant="default" leftSection={<LogOut size={13} />} onClick={() => setOpen(true)}>
          Sign out everywhere
        </Button>
      }
    >
      <SessionList />
      <SignOutDialog opened={isOpen} onClose={() => setOpen(false)} />
    </SettingsScreen>
  );
}

function SessionList(): ReactNode {
  const now = useNow();
  const list = useQuery(api.accounts.sessions.queryOptions({ input: {}, staleTime: 0 }));
  if (list.isPending) return <SkeletonRows label="Loading sessions" count={3} />;
  if (list.isError) return <ErrorPanel error={list.error} onRetry={() => void list.refetch()} />;
  const sessions = list.data.items.toSorted((a, b) => Number(b.current) - Number(a.current));
  return (
    <div className="page-scroll">
      <table className="table sessions-table">
        <thead>
          <tr>
            <th>Where</th>
            <th className="mid-only">Address</th>
            <th className="wide-only">Signed in</th>
            <th>Last used</th>
            <th className="wide-only">Ends</th>
            <th>
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sessions.map((session) => (
            <SessionRow key={session.id} session={session} now={now} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function SessionRow(props: { session: AuthSession; now: number }): ReactNode {
  const { session, now } = props;
  const queries = useQueryClient();
  const onError = useFailureToast();
  const revoke = useMutation(
    api.accounts.revokeSession.mutationOptions({
      onSuccess: () =>
        session.current ? leave() : queries.invalidateQueries({ queryKey: api.accounts.sessions.key() }),
      onError,
    }),
  );
  const words = agentWords(session.userAgent);
  return (
    <tr>
      <td>
        <span className="row" title={session.userAgent ?? undefined}>
          <span className="truncate bright">{words}</span>
          {session.current && <span className="chip">This session</span>}
        </span>
      </td>
      <td className="mid-only mono muted">{session.address ?? '–'}</td>
      <td className="wide-only muted">{formatTime(session.createdAt)}</td>
      <td className="muted">{formatAgo(session.lastUsedAt, now)}</td>
      <td className="wide-only muted">{formatTime(session.expiresAt)}</td>
      <td className="number">
        <Button
          variant="subtle"
          color="gray"
          loading={revoke.isPending}
          aria-label={session.current ? 'Sign out here' : `Sign out ${words}`}
          onClick={() => revoke.mutate({ id: session.id })}
        >
          Sign out
        </Button>
      </td>
    </tr>
  );
}
