import { Button, Group, Modal, Select, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { complexities, complexity, ideaTitle } from '@yudai/contract';
import type { Complexity, Idea, Project } from '@yudai/contract';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { complexityWords } from '#features/issues/draft/chosen-facts.ts';
import { readEvidence, writeEvidence } from '#features/issues/ideas/evidence-text.ts';
import { api, client } from '#lib/client.ts';
import { ErrorLine } from '#ui/error-panel.tsx';

interface Props {
  project: Project;
  /** The idea to change, `new` for one that is written down now; null while the form is closed. */
  edited: Idea | 'new' | null;
  onClose: () => void;
}

/** Writes an idea down, or changes one. */
export function IdeaForm(props: Props): ReactNode {
  const { edited, onClose } = props;
  return (
    <Modal
      opened={edited !== null}
      onClose={onClose}
      title={edited === 'new' ? 'New idea' : 'Edit the idea'}
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {edited !== null && <Form {...props} idea={edited === 'new' ? null : edited} />}
    </Modal>
  );
}

function Form({ project, idea, onClose }: Props & { idea: Idea | null }): ReactNode {
  const queries = useQueryClient();
  const [title, setTitle] = useState(idea?.title ?? '');
  const [description, setDescription] = useState(idea?.description ?? '');
  const [evidence, setEvidence] = useState(writeEvidence(idea?.evidence ?? []));
  const [size, setSize] = useState<Complexity>(idea?.complexity ?? 'M');
  const read = readEvidence(evidence);
  const save = useMutation({
    mutationFn: async () => {
      if (!('places' in read)) throw new Error(read.problem);
      const content = { projectId: project.id, title, description, evidence: read.places, complexity: size };
      return idea === null ? client.issues.createIdea(content) : client.issues.updateIdea({ ...content, id: idea.id });
    },
    onSuccess: () => {
      onClose();
      return queries.invalidateQueries({ queryKey: api.issues.key() });
    },
  });
  const isValid = ideaTitle.safeParse(title).success && 'places' in read;
  return (
    <form
      className="idea-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isValid && !save.isPending) save.mutate();
      }}
    >
      <TextInput
        label="Title"
        data-autofocus
        maxLength={200}
        value={title}
        onChange={(event) => setTitle(event.target.value)}
      />
      <Textarea
        label="Description"
        description="What would be better, and for whom."
        autosize
        minRows={4}
        maxRows={14}
        maxLength={20_000}
        value={description}
        onChange={(event) => setDescription(event.target.value)}
      />
      <Textarea
        label="Evidence"
        description="Places in the code, one a line: src/a.ts:3-9, then what is to be seen there."
        classNames={{ input: 'mono' }}
        autosize
        minRows={2}
        maxRows={8}
        value={evidence}
        error={'problem' in read ? read.problem : undefined}
        onChange={(event) => setEvidence(event.target.value)}
      />
      <Select
        label="Size"
        allowDeselect={false}
        data={complexities.map((value) => ({ value, label: complexityWords[value] }))}
        value={size}
        onChange={(value) => setSize(complexity.safeParse(value).data ?? size)}
      />
      {save.isError && <ErrorLine error={save.error} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" disabled={!isValid} loading={save.isPending}>
          {idea === null ? 'Write it down' : 'Save'}
        </Button>
      </Group>
    </form>
  );
}
