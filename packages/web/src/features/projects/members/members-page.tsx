import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { may } from '@yudai/contract';
import type { Project } from '@yudai/contract';
import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import '#features/projects/members/members.css';
import { ProjectScreen } from '#features/codebase/project-screen.tsx';
import { InvitationTable } from '#features/projects/members/invitation-table.tsx';
import { InviteDialog } from '#features/projects/members/invite-dialog.tsx';
import { MemberTable } from '#features/projects/members/member-table.tsx';
import { RightsTable } from '#features/projects/members/rights-table.tsx';
import { useAuthStatus } from '#lib/auth-status.ts';
import { api } from '#lib/client.ts';
import { formatNoun } from '#lib/format.ts';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

const route = getRouteApi('/projects/$projectId/members');

/** Who is in a project, who is invited, and what each role may do. */
export function MembersPage(): ReactNode {
  const { projectId } = route.useParams();
  return (
    <ProjectScreen projectId={projectId} page="Members" isAboutCode={false}>
      {(project) => <Members project={project} />}
    </ProjectScreen>
  );
}

function Members(props: { project: Project }): ReactNode {
  const { project } = props;
  const [isInviting, setInviting] = useState(false);
  const isTeam = useAuthStatus()?.mode === 'team';
  const list = useQuery(api.projects.members.queryOptions({ input: { id: project.id }, staleTime: 0 }));
  if (list.isPending) return <SkeletonRows label="Loading the members" />;
  if (list.isError) return <ErrorPanel error={list.error} onRetry={() => void list.refetch()} />;
  const { items, invitations } = list.data;
  return (
    <div className="page-scroll members">
      {!isTeam && (
        <p className="notice">
          <strong>Nobody signs in to this Yudai</strong>
          It belongs to whoever uses this machine, so nobody can be invited. docs/accounts.md tells how a team signs in.
        </p>
      )}
      <section aria-labelledby="members-title">
        <div className="members-bar">
          <h2 id="members-title">{formatNoun(items.length, 'member')}</h2>
          {isTeam && may(project.role, 'members.manage') && (
            <Button leftSection={<UserPlus size={14} />} onClick={() => setInviting(true)}>
              Invite
            </Button>
          )}
        </div>
        <MemberTable project={project} members={items} />
      </section>
      {invitations.length > 0 && (
        <section aria-labelledby="invitations-title">
          <div className="members-bar">
            <h2 id="invitations-title">{formatNoun(invitations.length, 'open invitation')}</h2>
          </div>
          <InvitationTable projectId={project.id} invitations={invitations} />
        </section>
      )}
      <section aria-labelledby="rights-title">
        <div className="members-bar">
          <h2 id="rights-title">Who may do what</h2>
        </div>
        <RightsTable own={project.role} />
      </section>
      <InviteDialog project={project} opened={isInviting} onClose={() => setInviting(false)} />
    </div>
  );
}
