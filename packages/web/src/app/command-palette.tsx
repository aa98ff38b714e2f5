import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { PaletteBody } from '#app/palette-body.tsx';

/** Ctrl+K: screens, projects, files and symbols in one list. */
export function CommandPalette(props: {
  opened: boolean;
  onClose: () => void;
  onDraft: () => void;
  projectId: string | null;
  /** Whether something else opens in its place, which then takes the focus. */
  isReplaced: boolean;
}): ReactNode {
  return (
    <Modal.Root
      opened={props.opened}
      onClose={props.onClose}
      size="lg"
      yOffset="10vh"
      returnFocus={!props.isReplaced}
      // It is there at once, so that what somebody types fast does not go past it.
      transitionProps={{ duration: 0 }}
    >
      <Modal.Overlay backgroundOpacity={0.45} />
      <Modal.Content aria-label="Search and commands">
        <Modal.Body p={0}>
          <PaletteBody projectId={props.projectId} onClose={props.onClose} onDraft={props.onDraft} />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
