import { Button, Group, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Member, Project } from '@yudai/contract';
import type { ReactNode } from 'react';
import { api } from '#lib/client.ts';
import { links } from '#lib/links.ts';
import { ErrorLine } from '#ui/error-panel.tsx';

interface Props {
  project: Project;
  member: Member;
  isMe: boolean;
  opened: boolean;
  onClose: () => void;
}

/** Says what stops and what stays before a member is taken out, or leaves. */
export function RemoveDialog({ project, member, isMe, opened, onClose }: Props): ReactNode {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation(
    api.projects.removeMember.mutationOptions({
      onSuccess: async () => {
        onClose();
        if (isMe) await navigate(links.projects());
        await queries.invalidateQueries({ queryKey: api.projects.key() });
      },
    }),
  );
  const who = isMe ? 'you' : member.person.name;
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={isMe ? `Leave ${project.name}?` : `Take ${member.person.name} out?`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <p className="dialog-text">
        What {who} started in {project.name} stops, and its results stay with the owner. The project is out of reach
        until somebody invites {isMe ? 'you' : 'them'} again.
      </p>
      {remove.isError && <ErrorLine error={remove.error} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" data-autofocus onClick={onClose}>
          Cancel
        </Button>
        <Button
          color="red.8"
          loading={remove.isPending}
          onClick={() => remove.mutate({ id: project.id, userId: member.person.id })}
        >
          {isMe ? 'Leave' : 'Take out'}
        </Button>
      </Group>
    </Modal>
  );
}
