import { Button, Group, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { KnownPerson } from '@yudai/contract';
import type { ReactNode } from 'react';
import { api } from '#lib/client.ts';
import { ErrorLine } from '#ui/error-panel.tsx';

export function SuspendDialog(props: { person: KnownPerson; opened: boolean; onClose: () => void }): ReactNode {
  const { person, opened, onClose } = props;
  const queries = useQueryClient();
  const suspend = useMutation(
    api.accounts.updatePerson.mutationOptions({
      onSuccess: () => {
        onClose();
        return queries.invalidateQueries({ queryKey: api.accounts.people.key() });
      },
    }),
  );
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={`Suspend ${person.name}?`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <p className="dialog-text">
        Their sessions and keys stop working at once and they cannot sign in. Nothing of theirs is deleted, and you can
        restore them here.
      </p>
      {suspend.isError && <ErrorLine error={suspend.error} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" data-autofocus onClick={onClose}>
          Cancel
        </Button>
        <Button
          color="red.8"
          loading={suspend.isPending}
          onClick={() => suspend.mutate({ id: person.id, suspended: true })}
        >
          Suspend
        </Button>
      </Group>
    </Modal>
  );
}
