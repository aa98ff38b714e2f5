import { Button, Group, Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { Solve } from '@yudai/contract';
import type { ReactNode } from 'react';
import { api } from '#lib/client.ts';
import { ErrorLine } from '#ui/error-panel.tsx';

interface Props {
  solve: Solve;
  opened: boolean;
  onClose: () => void;
  onSolve: (solve: Solve) => void;
}

/** Stops a solve, after saying what becomes of it. */
export function StopDialog({ solve, opened, onClose, onSolve }: Props): ReactNode {
  const stop = useMutation(
    api.solver.cancel.mutationOptions({
      onSuccess: (after) => {
        onClose();
        onSolve(after);
      },
    }),
  );
  return (
    <Modal opened={opened} onClose={onClose} title="Stop the solve?" closeButtonProps={{ 'aria-label': 'Close' }}>
      <p className="dialog-text">
        Everything that it runs is ended at once. What it has changed so far is kept, and you can go on from there.
      </p>
      {stop.isError && <ErrorLine error={stop.error} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" data-autofocus onClick={onClose}>
          Let it go on
        </Button>
        <Button
          color="red.8"
          loading={stop.isPending}
          onClick={() => stop.mutate({ projectId: solve.projectId, id: solve.id })}
        >
          Stop it
        </Button>
      </Group>
    </Modal>
  );
}
