import { Select } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { givenRole } from '@yudai/contract';
import type { Member, Project } from '@yudai/contract';
import type { ReactNode } from 'react';
import { MemberMenu } from '#features/projects/members/member-menu.tsx';
import { mayChange, rolesToGive, roleWords } from '#features/projects/members/role-words.ts';
import { useAuthStatus } from '#lib/auth-status.ts';
import { api } from '#lib/client.ts';
import { formatTime } from '#lib/format.ts';
import { PersonAvatar } from '#ui/person-avatar.tsx';
import { useFailureToast } from '#ui/use-failure-toast.ts';

export function MemberTable(props: { project: Project; members: readonly Member[] }): ReactNode {
  const me = useAuthStatus()?.account?.id;
  return (
    <table className="table members-table">
      <thead>
        <tr>
          <th>Person</th>
          <th>Role</th>
          <th className="mid-only">Since</th>
          <th>
            <span className="visually-hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {props.members.map((member) => (
          <MemberRow key={member.person.id} project={props.project} member={member} isMe={member.person.id === me} />
        ))}
      </tbody>
    </table>
  );
}

function MemberRow(props: { project: Project; member: Member; isMe: boolean }): ReactNode {
  const { project, member, isMe } = props;
  const { person, role } = member;
  return (
    <tr>
      <td>
        <span className="row">
          <PersonAvatar person={person} />
          <span className="truncate bright">{person.name}</span>
          {person.username !== null && <span className="truncate muted members-login">{person.username}</span>}
          {isMe && <span className="chip">You</span>}
        </span>
      </td>
      <td>
        {!isMe && mayChange(project.role, role) ? (
          <RoleSelect project={project} member={member} />
        ) : (
          <span className={role === 'owner' ? 'bright' : 'muted'}>{roleWords[role]}</span>
        )}
      </td>
      <td className="mid-only muted">{formatTime(member.since)}</td>
      <td>
        <MemberMenu project={project} member={member} isMe={isMe} />
      </td>
    </tr>
  );
}

function RoleSelect(props: { project: Project; member: Member }): ReactNode {
  const { project, member } = props;
  const queries = useQueryClient();
  const change = useMutation(
    api.projects.changeMember.mutationOptions({
      onSettled: () => queries.invalidateQueries({ queryKey: api.projects.members.key() }),
      onError: useFailureToast(),
    }),
  );
  return (
    <Select
      className="members-role"
      size="xs"
      aria-label={`Role of ${member.person.name}`}
      data={rolesToGive(project.role).map((role) => ({ value: role, label: roleWords[role] }))}
      allowDeselect={false}
      disabled={change.isPending}
      value={change.isPending ? change.variables.role : member.role}
      onChange={(value) => {
        const role = givenRole.safeParse(value);
        if (role.success && role.data !== member.role) {
          change.mutate({ id: project.id, userId: member.person.id, role: role.data });
        }
      }}
    />
  );
}
