import { Button, Group, Modal, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Issue } from '@yudai/contract';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { ArchitectNote } from '#features/issues/draft/architect-note.tsx';
import { useArchitect } from '#features/issues/draft/use-architect.ts';
import { api } from '#lib/client.ts';
import { ErrorLine } from '#ui/error-panel.tsx';

interface Props {
  issue: Issue;
  opened: boolean;
  onClose: () => void;
}

/** Has the issue written again as its next version; the one before stays among the versions. */
export function RegenerateDialog(props: Props): ReactNode {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title="Have it written again"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {props.opened && <Form {...props} />}
    </Modal>
  );
}

function Form({ issue, onClose }: Props): ReactNode {
  const queries = useQueryClient();
  const architect = useArchitect();
  const [instructions, setInstructions] = useState('');
  const write = useMutation(
    api.issues.regenerate.mutationOptions({
      onSuccess: () => {
        onClose();
        return queries.invalidateQueries({ queryKey: api.issues.key() });
      },
    }),
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (architect.missing !== null || write.isPending) return;
        const said = instructions.trim();
        const { projectId, id, version } = issue;
        write.mutate({ projectId, id, version, ...(said === '' ? {} : { instructions: said }) });
      }}
    >
      <Textarea
        label="What should be different"
        description={`May stay empty. What is written now is version ${issue.version}, and can be brought back.`}
        data-autofocus
        autosize
        minRows={3}
        maxRows={12}
        maxLength={20_000}
        value={instructions}
        onChange={(event) => setInstructions(event.target.value)}
      />
      <ArchitectNote architect={architect} refused="nothing can be written for you" instead="By hand it works now.">
        writes a version of its own. Priority, size and labels that people chose stay.
      </ArchitectNote>
      {write.isError && <ErrorLine error={write.error} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" disabled={architect.missing !== null} loading={write.isPending}>
          Write it again
        </Button>
      </Group>
    </form>
  );
}
