import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { githubUsername, givenRole } from '@yudai/contract';
import type { GivenRole, Project } from '@yudai/contract';
import { AtSign } from 'lucide-react';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { rolesToGive, roleWords } from '#features/projects/members/role-words.ts';
import { api } from '#lib/client.ts';
import { messageOf } from '#lib/error-message.ts';

interface Props {
  project: Project;
  opened: boolean;
  onClose: () => void;
}

export function InviteDialog(props: Props): ReactNode {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={`Invite to ${props.project.name}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <InviteForm {...props} />
    </Modal>
  );
}

function InviteForm({ project, onClose }: Props): ReactNode {
  const queries = useQueryClient();
  const [username, setUsername] = useState('');
  const [role, setRole] = useState<GivenRole>('member');
  const invite = useMutation(
    api.projects.invite.mutationOptions({
      onSuccess: () => {
        onClose();
        return queries.invalidateQueries({ queryKey: api.projects.members.key() });
      },
    }),
  );
  const isValid = githubUsername.safeParse(username).success;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (isValid) invite.mutate({ id: project.id, username: username.trim(), role });
  };
  return (
    <form onSubmit={onSubmit} autoComplete="off">
      <Stack gap="sm">
        <TextInput
          label="Name on GitHub"
          description="They find the invitation here when they sign in. It waits for fourteen days."
          data-autofocus
          leftSection={<AtSign size={13} />}
          value={username}
          maxLength={40}
          onChange={(event) => setUsername(event.target.value)}
          error={invite.isError ? messageOf(invite.error) : undefined}
        />
        <Select
          label="Role"
          data={rolesToGive(project.role).map((value) => ({ value, label: roleWords[value] }))}
          allowDeselect={false}
          value={role}
          onChange={(value) => setRole(givenRole.catch('member').parse(value))}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={!isValid} loading={invite.isPending}>
            Invite
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
