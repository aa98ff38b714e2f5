import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ApiKey } from '@yudai/contract';
import { KeyRound, Plus } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import '#features/accounts/accounts.css';
import { CreateKeyDialog } from '#features/accounts/create-key-dialog.tsx';
import { scopeWords } from '#features/accounts/words.ts';
import { api } from '#lib/client.ts';
import { formatAgo, formatTime } from '#lib/format.ts';
import { useNow } from '#lib/use-now.ts';
import { Empty } from '#ui/empty.tsx';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { SettingsScreen } from '#ui/settings-screen.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';
import { StateDot } from '#ui/state-dot.tsx';
import { useFailureToast } from '#ui/use-failure-toast.ts';

/** Keys that act for the person without a browser: in scripts, in CI, for other tools. */
export function KeysPage(): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <SettingsScreen
      title="API keys"
      actions={
        <Button leftSection={<Plus size={14} />} onClick={() => setOpen(true)}>
          Create key
        </Button>
      }
    >
      <KeyList />
      <CreateKeyDialog opened={isOpen} onClose={() => setOpen(false)} />
    </SettingsScreen>
  );
}

function KeyList(): ReactNode {
  const now = useNow();
  const list = useQuery(api.accounts.keys.queryOptions({ input: {}, staleTime: 0 }));
  if (list.isPending) return <SkeletonRows label="Loading keys" count={3} />;
  if (list.isError) return <ErrorPanel error={list.error} onRetry={() => void list.refetch()} />;
  if (list.data.items.length === 0) {
    return (
      <Empty
        icon={KeyRound}
        title="No API keys"
        text="A key acts for you where there is no browser: in scripts, in CI, for other tools. On your own machine use yudai login instead."
      />
    );
  }
  return (
    <div className="page-scroll">
      <table className="table keys-table">
        <thead>
          <tr>
            <th>Name</th>
            <th className="mid-only">Starts with</th>
            <th>May</th>
            <th className="wide-only">Created</th>
            <th className="mid-only">Last used</th>
            <th className="mid-only">Ends</th>
            <th>
              <span className="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {list.data.items.map((key) => (
            <KeyRow key={key.id} item={key} now={now} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function KeyRow(props: { item: ApiKey; now: number }): ReactNode {
  const { item, now } = props;
  const queries = useQueryClient();
  const onError = useFailureToast();
  const revoke = useMutation(
    api.accounts.revokeKey.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.accounts.keys.key() }),
      onError,
    }),
  );
  const hasEnded = new Date(item.expiresAt).getTime() <= now;
  return (
    <tr>
      <td>
        <span className="truncate bright key-name">{item.name}</span>
      </td>
      <td className="mid-only mono muted">{item.start}…</td>
      <td className="muted">{item.scopes.map((scope) => scopeWords[scope]).join(', ')}</td>
      <td className="wide-only muted">{formatTime(item.createdAt)}</td>
      <td className="mid-only muted">{item.lastUsedAt === null ? 'never' : formatAgo(item.lastUsedAt, now)}</td>
      <td className="mid-only muted">
        {hasEnded ? <StateDot tone="warning">ended</StateDot> : formatAgo(item.expiresAt, now)}
      </td>
      <td className="number">
        <Button
          variant="subtle"
          color="gray"
          loading={revoke.isPending}
          aria-label={`Revoke ${item.name}`}
          onClick={() => revoke.mutate({ id: item.id })}
        >
          Revoke
        </Button>
      </td>
    </tr>
  );
}
