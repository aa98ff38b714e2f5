import { Button, Group, Modal } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Editor } from '#features/issues/editor/use-editor.ts';

/** Asks before the page is left with words that are not saved. */
export function UnsavedGuard({ editor }: { editor: Editor }): ReactNode {
  const leaving = useBlocker({
    shouldBlockFn: () => editor.isDirty,
    enableBeforeUnload: () => editor.isDirty,
    withResolver: true,
  });
  return (
    <Modal
      opened={leaving.status === 'blocked'}
      onClose={() => leaving.reset?.()}
      title="Leave without saving?"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <p className="dialog-text">What you changed in this issue is not saved and would be lost.</p>
      <Group justify="flex-end" mt="md">
        <Button variant="default" data-autofocus onClick={() => leaving.reset?.()}>
          Stay
        </Button>
        <Button color="red.8" onClick={() => leaving.proceed?.()}>
          Leave
        </Button>
      </Group>
    </Modal>
  );
}
