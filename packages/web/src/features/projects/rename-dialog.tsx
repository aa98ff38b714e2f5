import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { projectName } from '@yudai/contract';
import type { Project } from '@yudai/contract';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { api } from '#lib/client.ts';
import { messageOf } from '#lib/error-message.ts';

interface Props {
  project: Project;
  opened: boolean;
  onClose: () => void;
}

export function RenameDialog(props: Props): ReactNode {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title="Rename project"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <RenameForm {...props} />
    </Modal>
  );
}

function RenameForm({ project, onClose }: Props): ReactNode {
  const queries = useQueryClient();
  const [name, setName] = useState(project.name);
  const rename = useMutation(
    api.projects.update.mutationOptions({
      onSuccess: () => {
        onClose();
        return queries.invalidateQueries({ queryKey: api.projects.key() });
      },
    }),
  );
  const isValid = projectName.safeParse(name).success;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isValid) rename.mutate({ id: project.id, name });
      }}
    >
      <TextInput
        label="Name"
        data-autofocus
        value={name}
        maxLength={200}
        onChange={(event) => setName(event.target.value)}
        error={rename.isError ? messageOf(rename.error) : undefined}
      />
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" disabled={!isValid} loading={rename.isPending}>
          Rename
        </Button>
      </Group>
    </form>
  );
}
