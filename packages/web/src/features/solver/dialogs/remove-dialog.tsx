import { Button, Group, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Solve } from '@yudai/contract';
import type { ReactNode } from 'react';
import { api } from '#lib/client.ts';
import { links } from '#lib/links.ts';
import { ErrorLine } from '#ui/error-panel.tsx';

/** Deletes a solve that has ended, after saying what stays. */
export function RemoveDialog(props: { solve: Solve; opened: boolean; onClose: () => void }): ReactNode {
  const { solve, opened, onClose } = props;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation(
    api.solver.remove.mutationOptions({
      onSuccess: async () => {
        await navigate(links.solves(solve.projectId));
        await queries.invalidateQueries({ queryKey: api.solver.key() });
      },
    }),
  );
  return (
    <Modal opened={opened} onClose={onClose} title="Delete the solve?" closeButtonProps={{ 'aria-label': 'Close' }}>
      <p className="dialog-text">
        Its plan, steps, records and change are gone then, and cannot be brought back.
        {solve.pullRequest === null
          ? ' Nothing of it was published.'
          : ` Pull request #${solve.pullRequest.number} stays where it is.`}
      </p>
      {remove.isError && <ErrorLine error={remove.error} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" data-autofocus onClick={onClose}>
          Keep it
        </Button>
        <Button
          color="red.8"
          loading={remove.isPending}
          onClick={() => remove.mutate({ projectId: solve.projectId, id: solve.id })}
        >
          Delete it
        </Button>
      </Group>
    </Modal>
  );
}
