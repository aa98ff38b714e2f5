import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { ShortcutList } from '#ui/shortcut-list.tsx';

export function ShortcutHelp(props: { opened: boolean; onClose: () => void }): ReactNode {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title="Keyboard shortcuts"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <ShortcutList />
    </Modal>
  );
}
