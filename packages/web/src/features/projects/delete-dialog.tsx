import { Button, Group, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Project } from '@yudai/contract';
import type { ReactNode } from 'react';
import { sourceName } from '#features/projects/source-name.ts';
import { api } from '#lib/client.ts';
import { formatNoun } from '#lib/format.ts';
import { ErrorLine } from '#ui/error-panel.tsx';

/** Names what goes and what stays before anything is deleted. */
export function DeleteDialog(props: { project: Project; opened: boolean; onClose: () => void }): ReactNode {
  const { project, onClose } = props;
  const queries = useQueryClient();
  const remove = useMutation(
    api.projects.delete.mutationOptions({
      onSuccess: () => {
        onClose();
        return queries.invalidateQueries({ queryKey: api.projects.list.key() });
      },
    }),
  );
  const files = project.fileCount === null ? 'its index' : `the index of ${formatNoun(project.fileCount, 'file')}`;
  const source = project.source.kind === 'folder' ? 'The folder' : 'The repository';
  return (
    <Modal
      opened={props.opened}
      onClose={onClose}
      title={`Delete ${project.name}?`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <p className="dialog-text">
        This stops what runs for the project and deletes it with Yudai’s copy of its files, {files} and its analyses. It
        cannot be undone.
      </p>
      <p className="dialog-text muted">
        {source} <code className="mono">{sourceName(project.source)}</code> itself is not touched.
      </p>
      {remove.isError && <ErrorLine error={remove.error} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" data-autofocus onClick={onClose}>
          Keep it
        </Button>
        <Button color="red.8" loading={remove.isPending} onClick={() => remove.mutate({ id: project.id })}>
          Delete project
        </Button>
      </Group>
    </Modal>
  );
}
