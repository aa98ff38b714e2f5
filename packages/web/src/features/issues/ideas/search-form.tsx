import { Button, Group, Modal, NumberInput, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Project } from '@yudai/contract';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { ArchitectNote } from '#features/issues/draft/architect-note.tsx';
import { useArchitect } from '#features/issues/draft/use-architect.ts';
import { api } from '#lib/client.ts';
import { ErrorLine } from '#ui/error-panel.tsx';

interface Props {
  project: Project;
  opened: boolean;
  onClose: () => void;
}

/** Asks for the code to be looked through for what could be better. */
export function SearchForm(props: Props): ReactNode {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title="Look for ideas"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {props.opened && <Form {...props} />}
    </Modal>
  );
}

function Form({ project, onClose }: Props): ReactNode {
  const queries = useQueryClient();
  const [about, setAbout] = useState('');
  const [count, setCount] = useState(5);
  const architect = useArchitect();
  const start = useMutation(
    api.issues.generateIdeas.mutationOptions({
      onSuccess: () => {
        onClose();
        return queries.invalidateQueries({ queryKey: api.jobs.key() });
      },
    }),
  );
  const isReady = architect.missing === null && project.commit !== null;
  return (
    <form
      className="idea-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isReady || start.isPending) return;
        const topic = about.trim();
        start.mutate({ projectId: project.id, count, ...(topic === '' ? {} : { about: topic }) });
      }}
    >
      <Textarea
        label="What to look for, or where"
        description="May stay empty: then it is looked for whatever would be worth doing."
        data-autofocus
        autosize
        minRows={2}
        maxRows={8}
        maxLength={2000}
        value={about}
        onChange={(event) => setAbout(event.target.value)}
      />
      <NumberInput
        label="At most"
        min={1}
        max={10}
        clampBehavior="strict"
        allowDecimal={false}
        value={count}
        onChange={(value) => typeof value === 'number' && setCount(value)}
      />
      {project.commit === null ? (
        <p className="architect-note" role="note">
          Ideas come from the code, and nothing is indexed yet. Index the project first.
        </p>
      ) : (
        <ArchitectNote
          architect={architect}
          refused="nothing can be looked for"
          instead="Ideas can be written by hand."
        >
          reads the code and proposes; only what names a place that is really there is kept.
        </ArchitectNote>
      )}
      {start.isError && <ErrorLine error={start.error} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" disabled={!isReady} loading={start.isPending}>
          Look for ideas
        </Button>
      </Group>
    </form>
  );
}
