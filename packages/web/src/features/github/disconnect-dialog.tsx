import { Button, Group, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api } from '#lib/client.ts';
import { ErrorLine } from '#ui/error-panel.tsx';

/** Says what ends with the connection, and what does not. */
export function DisconnectDialog(props: { login: string; opened: boolean; onClose: () => void }): ReactNode {
  const queries = useQueryClient();
  const disconnect = useMutation(
    api.github.disconnect.mutationOptions({
      onSuccess: () => {
        props.onClose();
        return queries.invalidateQueries({ queryKey: api.github.key() });
      },
    }),
  );
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={`Disconnect ${props.login}?`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <p className="dialog-text">
        Yudai forgets its access to your account and what it kept of your list of repositories. Projects that you
        connected from GitHub stay, but are not fetched again until you connect.
      </p>
      <p className="dialog-text muted">You stay signed in. Signing in again connects GitHub again.</p>
      {disconnect.isError && <ErrorLine error={disconnect.error} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" data-autofocus onClick={props.onClose}>
          Keep it
        </Button>
        <Button color="red.8" loading={disconnect.isPending} onClick={() => disconnect.mutate({})}>
          Disconnect
        </Button>
      </Group>
    </Modal>
  );
}
