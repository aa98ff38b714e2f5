import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Invitation } from '@yudai/contract';
import type { ReactNode } from 'react';
import { roleWords } from '#features/projects/members/role-words.ts';
import { api } from '#lib/client.ts';
import { formatTime } from '#lib/format.ts';
import { useFailureToast } from '#ui/use-failure-toast.ts';

/** Invitations that nobody has answered yet. */
export function InvitationTable(props: { projectId: string; invitations: readonly Invitation[] }): ReactNode {
  const queries = useQueryClient();
  const withdraw = useMutation(
    api.projects.withdrawInvitation.mutationOptions({
      onSettled: () => queries.invalidateQueries({ queryKey: api.projects.members.key() }),
      onError: useFailureToast(),
    }),
  );
  return (
    <table className="table members-table">
      <thead>
        <tr>
          <th>Name on GitHub</th>
          <th>Role</th>
          <th className="mid-only">Ends</th>
          <th>
            <span className="visually-hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {props.invitations.map(({ id, username, role, invitedBy, expiresAt }) => (
          <tr key={id}>
            <td>
              <span className="row">
                <span className="truncate bright">{username}</span>
                <span className="truncate muted members-login">invited by {invitedBy}</span>
              </span>
            </td>
            <td className="muted">{roleWords[role]}</td>
            <td className="mid-only muted">{formatTime(expiresAt)}</td>
            <td className="number">
              <Button
                variant="subtle"
                color="gray"
                px={6}
                aria-label={`Withdraw the invitation of ${username}`}
                loading={withdraw.isPending && withdraw.variables.invitationId === id}
                onClick={() => withdraw.mutate({ id: props.projectId, invitationId: id })}
              >
                Withdraw
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
