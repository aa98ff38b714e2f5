import { Button, Checkbox, Group, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { leave } from '#features/accounts/sign-out.ts';
import { api } from '#lib/client.ts';
import { ErrorLine } from '#ui/error-panel.tsx';

/** Ends every session, or every other one. */
export function SignOutDialog(props: { opened: boolean; onClose: () => void }): ReactNode {
  const { opened, onClose } = props;
  const queries = useQueryClient();
  const [keepCurrent, setKeepCurrent] = useState(true);
  const revoke = useMutation(
    api.accounts.revokeSessions.mutationOptions({
      onSuccess: async () => {
        if (!keepCurrent) return leave();
        await queries.invalidateQueries({ queryKey: api.accounts.sessions.key() });
        onClose();
      },
    }),
  );
  return (
    <Modal opened={opened} onClose={onClose} title="Sign out everywhere?" closeButtonProps={{ 'aria-label': 'Close' }}>
      <p className="dialog-text">
        Browsers and command lines that are signed in as you have to sign in again. API keys stay; revoke them on their
        own page.
      </p>
      <Checkbox
        size="xs"
        label="Stay signed in here"
        checked={keepCurrent}
        onChange={(event) => setKeepCurrent(event.target.checked)}
      />
      {revoke.isError && <ErrorLine error={revoke.error} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button data-autofocus loading={revoke.isPending} onClick={() => revoke.mutate({ keepCurrent })}>
          Sign out
        </Button>
      </Group>
    </Modal>
  );
}
