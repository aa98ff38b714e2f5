import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Invitation } from '@yudai/contract';
import type { ReactNode } from 'react';
import '#features/projects/members/members.css';
import { roleWords } from '#features/projects/members/role-words.ts';
import { useAuthStatus } from '#lib/auth-status.ts';
import { api } from '#lib/client.ts';
import { links } from '#lib/links.ts';
import { useFailureToast } from '#ui/use-failure-toast.ts';

/** Projects that the person is invited to, above those they are in; nothing when there are none. */
export function InvitationsToMe(): ReactNode {
  const isTeam = useAuthStatus()?.mode === 'team';
  // Nobody tells who is not in a project yet, so it is asked for whenever the page is looked at.
  const list = useQuery(api.projects.invitations.queryOptions({ input: {}, enabled: isTeam, staleTime: 0 }));
  const items = list.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <ul className="invitations" aria-label="Invitations to you">
      {items.map((invitation) => (
        <InvitationRow key={invitation.id} invitation={invitation} />
      ))}
    </ul>
  );
}

function InvitationRow(props: { invitation: Invitation }): ReactNode {
  const { id, projectName, role, invitedBy } = props.invitation;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const answer = useMutation(
    api.projects.answerInvitation.mutationOptions({
      onSuccess: async ({ projectId }) => {
        if (projectId !== null) await navigate(links.workbench(projectId));
        await queries.invalidateQueries({ queryKey: api.projects.key() });
      },
      onError: useFailureToast(),
    }),
  );
  return (
    <li>
      <p className="grow">
        {invitedBy} invites you to <span className="bright">{projectName}</span> as {roleWords[role].toLowerCase()}.
      </p>
      <Button
        variant="default"
        disabled={answer.isPending}
        aria-label={`Decline ${projectName}`}
        onClick={() => answer.mutate({ id, accept: false })}
      >
        Decline
      </Button>
      <Button
        loading={answer.isPending && answer.variables.accept}
        aria-label={`Accept ${projectName}`}
        onClick={() => answer.mutate({ id, accept: true })}
      >
        Accept
      </Button>
    </li>
  );
}
