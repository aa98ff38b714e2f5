import { Button, Group, Menu, Modal, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Project } from '@yudai/contract';
import { Pencil, Plus, WandSparkles } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { DraftIssueDialog } from '#features/issues/draft/draft-issue-dialog.tsx';
import { api } from '#lib/client.ts';
import { links } from '#lib/links.ts';
import { ErrorLine } from '#ui/error-panel.tsx';

/** Begins an issue: by hand, which takes no model, or by telling the architect what is wished for. */
export function NewIssueButton({ project }: { project: Project }): ReactNode {
  const [open, setOpen] = useState<'hand' | 'draft' | null>(null);
  return (
    <>
      <Menu>
        <Menu.Target>
          <Button leftSection={<Plus size={13} aria-hidden="true" />}>New issue</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Pencil size={13} />} onClick={() => setOpen('hand')}>
            Write it by hand…
          </Menu.Item>
          <Menu.Item leftSection={<WandSparkles size={13} />} onClick={() => setOpen('draft')}>
            Have it drafted…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={open === 'hand'}
        onClose={() => setOpen(null)}
        title="New issue"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {open === 'hand' && <TitleForm project={project} onClose={() => setOpen(null)} />}
      </Modal>
      <DraftIssueDialog project={project} from={open === 'draft' ? nothing : null} onClose={() => setOpen(null)} />
    </>
  );
}

const nothing: readonly never[] = [];

function TitleForm({ project, onClose }: { project: Project; onClose: () => void }): ReactNode {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [title, setTitle] = useState('');
  const create = useMutation(
    api.issues.create.mutationOptions({
      onSuccess: async (issue) => {
        await queries.invalidateQueries({ queryKey: api.issues.key() });
        await navigate(links.issue(project.id, issue.id));
      },
    }),
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (title.trim() !== '' && !create.isPending) create.mutate({ projectId: project.id, document: { title } });
      }}
    >
      <TextInput
        label="Title"
        description="What is wrong or wanted, in one line. The rest is written on the next page."
        data-autofocus
        maxLength={256}
        value={title}
        onChange={(event) => setTitle(event.target.value)}
      />
      {create.isError && <ErrorLine error={create.error} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" disabled={title.trim() === ''} loading={create.isPending}>
          Begin the draft
        </Button>
      </Group>
    </form>
  );
}
