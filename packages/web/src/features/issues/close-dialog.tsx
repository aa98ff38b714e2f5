import { Button, Group, Modal, Radio } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Issue } from '@yudai/contract';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { api } from '#lib/client.ts';
import { ErrorLine } from '#ui/error-panel.tsx';

/** Closes an issue, after saying where. */
export function CloseDialog(props: { issue: Issue; opened: boolean; onClose: () => void }): ReactNode {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title="Close the issue?"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {props.opened && <Form issue={props.issue} onClose={props.onClose} />}
    </Modal>
  );
}

function Form({ issue, onClose }: { issue: Issue; onClose: () => void }): ReactNode {
  const queries = useQueryClient();
  const [reason, setReason] = useState('completed');
  const close = useMutation(
    api.issues.close.mutationOptions({
      onSuccess: () => {
        onClose();
        return queries.invalidateQueries({ queryKey: api.issues.key() });
      },
    }),
  );
  return (
    <>
      <p className="dialog-text">
        {issue.github === null
          ? 'It is not on GitHub, so nobody is told there. It can be opened again.'
          : `#${issue.github.number} of ${issue.github.repository} is closed on GitHub as well. It can be opened again.`}
      </p>
      {issue.github !== null && (
        <Radio.Group label="As" value={reason} onChange={setReason}>
          <Radio size="sm" mt={8} value="completed" label="Completed" />
          <Radio size="sm" mt={8} value="not_planned" label="Not planned" />
        </Radio.Group>
      )}
      {close.isError && <ErrorLine error={close.error} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" data-autofocus onClick={onClose}>
          Keep it open
        </Button>
        <Button
          loading={close.isPending}
          onClick={() =>
            close.mutate({
              projectId: issue.projectId,
              id: issue.id,
              reason: reason === 'not_planned' ? 'not_planned' : 'completed',
            })
          }
        >
          Close the issue
        </Button>
      </Group>
    </>
  );
}
