import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Member, Project } from '@yudai/contract';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { api } from '#lib/client.ts';
import { ErrorLine } from '#ui/error-panel.tsx';

interface Props {
  project: Project;
  member: Member;
  opened: boolean;
  onClose: () => void;
}

/** Gives the project away: only who types its name means it. */
export function TransferDialog(props: Props): ReactNode {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={`Make ${props.member.person.name} the owner?`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <TransferForm {...props} />
    </Modal>
  );
}

function TransferForm({ project, member, onClose }: Props): ReactNode {
  const queries = useQueryClient();
  const [typed, setTyped] = useState('');
  const transfer = useMutation(
    api.projects.transfer.mutationOptions({
      onSuccess: () => {
        onClose();
        return queries.invalidateQueries({ queryKey: api.projects.key() });
      },
    }),
  );
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (typed === project.name) transfer.mutate({ id: project.id, userId: member.person.id });
  };
  return (
    <form onSubmit={onSubmit} autoComplete="off">
      <p className="dialog-text">
        {member.person.name} may then delete {project.name} and give it away, and you become an admin. Only they can
        make you the owner again.
      </p>
      {project.source.kind !== 'folder' && (
        <p className="dialog-text muted">
          Yudai reads the repository with the owner’s access: theirs from then on. An access token that was stored for
          the project is forgotten.
        </p>
      )}
      <TextInput
        label={`Type ${project.name} to confirm`}
        data-autofocus
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      {transfer.isError && <ErrorLine error={transfer.error} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          Keep it
        </Button>
        <Button type="submit" color="red.8" disabled={typed !== project.name} loading={transfer.isPending}>
          Make owner
        </Button>
      </Group>
    </form>
  );
}
