import { Button, Group, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Issue } from '@yudai/contract';
import type { ReactNode } from 'react';
import { api } from '#lib/client.ts';
import { formatNoun } from '#lib/format.ts';
import { links } from '#lib/links.ts';
import { ErrorLine } from '#ui/error-panel.tsx';

/** Names what goes before a draft is deleted. */
export function RemoveDialog(props: { issue: Issue; opened: boolean; onClose: () => void }): ReactNode {
  const { issue, opened, onClose } = props;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation(
    api.issues.remove.mutationOptions({
      onSuccess: async () => {
        onClose();
        await navigate({ ...links.issues(issue.projectId), replace: true, ignoreBlocker: true });
        queries.removeQueries({
          queryKey: api.issues.get.key({ input: { projectId: issue.projectId, id: issue.id } }),
        });
        await queries.invalidateQueries({ queryKey: api.issues.key() });
      },
    }),
  );
  return (
    <Modal opened={opened} onClose={onClose} title="Delete the draft?" closeButtonProps={{ 'aria-label': 'Close' }}>
      <p className="dialog-text">
        “{issue.title}” goes with its {formatNoun(issue.version, 'version')}. This cannot be undone.
        {issue.ideaId !== null && ' The idea that it came from is open again then.'}
      </p>
      {remove.isError && <ErrorLine error={remove.error} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" data-autofocus onClick={onClose}>
          Keep it
        </Button>
        <Button
          color="red.8"
          loading={remove.isPending}
          onClick={() => remove.mutate({ projectId: issue.projectId, id: issue.id })}
        >
          Delete the draft
        </Button>
      </Group>
    </Modal>
  );
}
