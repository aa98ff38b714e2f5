import { ActionIcon, Menu } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { KnownPerson } from '@yudai/contract';
import { Ellipsis, Shield, ShieldOff, UserCheck, UserX } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { SuspendDialog } from '#features/accounts/suspend-dialog.tsx';
import { useAuthStatus } from '#lib/auth-status.ts';
import { api } from '#lib/client.ts';
import { formatAgo, formatTime } from '#lib/format.ts';
import { useNow } from '#lib/use-now.ts';
import { PersonAvatar } from '#ui/person-avatar.tsx';
import { StateDot } from '#ui/state-dot.tsx';
import { useFailureToast } from '#ui/use-failure-toast.ts';

export function PeopleTable(props: { people: readonly KnownPerson[] }): ReactNode {
  const now = useNow();
  return (
    <table className="table people-table">
      <thead>
        <tr>
          <th>Person</th>
          <th>State</th>
          <th className="wide-only">E-mail</th>
          <th className="mid-only">Last sign-in</th>
          <th className="wide-only">Since</th>
          <th>
            <span className="visually-hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {props.people.map((person) => (
          <PersonRow key={person.id} person={person} now={now} />
        ))}
      </tbody>
    </table>
  );
}

function PersonRow(props: { person: KnownPerson; now: number }): ReactNode {
  const { person, now } = props;
  return (
    <tr>
      <td>
        <span className="row">
          <PersonAvatar person={person} />
          <span className="truncate bright">{person.name}</span>
          {person.username !== null && <span className="truncate muted">{person.username}</span>}
          {person.administrator && (
            <span className="chip">
              <Shield size={11} aria-hidden="true" />
              <span className="people-role">Administrator</span>
            </span>
          )}
        </span>
      </td>
      <td>
        {person.suspended ? <StateDot tone="danger">Suspended</StateDot> : <StateDot tone="success">Active</StateDot>}
      </td>
      <td className="wide-only muted">
        <span className="truncate people-mail">{person.email ?? '–'}</span>
      </td>
      <td className="mid-only muted">{person.lastSignInAt === null ? 'never' : formatAgo(person.lastSignInAt, now)}</td>
      <td className="wide-only muted">{formatTime(person.createdAt)}</td>
      <td>
        <PersonMenu person={person} />
      </td>
    </tr>
  );
}

function PersonMenu(props: { person: KnownPerson }): ReactNode {
  const { person } = props;
  const queries = useQueryClient();
  const onError = useFailureToast();
  const [isSuspending, setSuspending] = useState(false);
  const isMe = useAuthStatus()?.account?.id === person.id;
  const update = useMutation(
    api.accounts.updatePerson.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.accounts.people.key() }),
      onError,
    }),
  );
  return (
    <>
      <Menu>
        <Menu.Target>
          <ActionIcon aria-label={`Actions for ${person.name}`} loading={update.isPending}>
            <Ellipsis size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={person.administrator ? <ShieldOff size={13} /> : <Shield size={13} />}
            onClick={() => update.mutate({ id: person.id, administrator: !person.administrator })}
          >
            {person.administrator ? 'Take administration away' : 'Make administrator'}
          </Menu.Item>
          {person.suspended && (
            <Menu.Item
              leftSection={<UserCheck size={13} />}
              onClick={() => update.mutate({ id: person.id, suspended: false })}
            >
              Restore
            </Menu.Item>
          )}
          {!person.suspended && !isMe && (
            <Menu.Item c="var(--danger)" leftSection={<UserX size={13} />} onClick={() => setSuspending(true)}>
              Suspend…
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <SuspendDialog person={person} opened={isSuspending} onClose={() => setSuspending(false)} />
    </>
  );
}
