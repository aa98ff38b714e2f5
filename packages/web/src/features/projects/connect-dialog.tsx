import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { ConnectForm } from '#features/projects/connect-form.tsx';

export function ConnectDialog(props: { opened: boolean; onClose: () => void }): ReactNode {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title="Connect a repository"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {/* Mounted anew each time, so that nothing of an earlier attempt (a token least of all) is kept. */}
      <ConnectForm onClose={props.onClose} />
    </Modal>
  );
}
