import { Button, Group, Menu, Modal, Select, TagsInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { issuePriorities, may } from '@yudai/contract';
import type { Id, IssueHead, Project } from '@yudai/contract';
import { Archive, ArchiveRestore, CircleCheck, Flag, Tag, X } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { priorityWords } from '#features/issues/draft/chosen-facts.ts';
import { useRepositoryLabels } from '#features/issues/draft/use-repository-labels.ts';
import { api, client } from '#lib/client.ts';
import { formatNoun } from '#lib/format.ts';
import { ErrorLine } from '#ui/error-panel.tsx';

/** The API takes this many at once. */
const most = 50;

interface Props {
  project: Project;
  issues: readonly IssueHead[];
  isArchive: boolean;
  /** The issues that stay picked: those that failed, else all that are still in the list. */
  onDone: (picked: readonly Id<'issue'>[]) => void;
  onClear: () => void;
}

type Change = Parameters<typeof client.issues.bulk>[0]['change'];

/** What can be done with the issues that are picked. Each is answered for itself: what failed stays picked, and why is said. */
export function BulkBar({ project, issues, isArchive, onDone, onClear }: Props): ReactNode {
  const queries = useQueryClient();
  const [dialog, setDialog] = useState<'close' | 'label' | null>(null);
  const change = useMutation({
    mutationFn: async (wanted: Change) => {
      const ids = issues.map(({ id }) => id);
      const answers = [];
      for (let at = 0; at < ids.length; at += most) {
        answers.push(
          await client.issues.bulk({ projectId: project.id, ids: ids.slice(at, at + most), change: wanted }),
        );
      }
      return answers.flatMap(({ failed }) =>
        failed.map((one) => ({ ...one, title: issues.find(({ id }) => id === one.id)?.title ?? one.id })),
      );
    },
    onSuccess: (failed, { kind }) => {
      setDialog(null);
      if (failed.length > 0) onDone(failed.map(({ id }) => id));
      else if (kind === 'archive') onDone([]);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: api.issues.key() }),
  });
  const failed = change.data ?? [];
  const isOpen = issues.length > 0;
  if (!isOpen && failed.length === 0 && !change.isError) return null;
  return (
    <div className="issue-bulk" role="region" aria-label="With the picked issues">
      {isOpen && (
        <div className="row issue-bulk-deeds">
          <strong role="status">{formatNoun(issues.length, 'issue')} picked</strong>
          <Menu position="bottom-start">
            <Menu.Target>
              <Button variant="default" leftSection={<Flag size={13} aria-hidden="true" />} loading={change.isPending}>
                Priority
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {issuePriorities.map((priority) => (
                <Menu.Item key={priority} onClick={() => change.mutate({ kind: 'priority', priority })}>
                  {priorityWords[priority]}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
          <Button
            variant="default"
            leftSection={<Tag size={13} aria-hidden="true" />}
            onClick={() => setDialog('label')}
          >
            Labels…
          </Button>
          {may(project.role, 'issues.publish') && (
            <Button
              variant="default"
              leftSection={<CircleCheck size={13} aria-hidden="true" />}
              onClick={() => setDialog('close')}
            >
              Close…
            </Button>
          )}
          <Button
            variant="default"
            leftSection={
              isArchive ? <ArchiveRestore size={13} aria-hidden="true" /> : <Archive size={13} aria-hidden="true" />
            }
            disabled={change.isPending}
            onClick={() => change.mutate({ kind: 'archive', archived: !isArchive })}
          >
            {isArchive ? 'Put back' : 'Archive'}
          </Button>
          <Button variant="subtle" color="gray" leftSection={<X size={13} aria-hidden="true" />} onClick={onClear}>
            Pick none
          </Button>
        </div>
      )}
      {change.isError && <ErrorLine error={change.error} />}
      {failed.length > 0 && (
        <ul className="issue-bulk-failed" role="alert">
          {failed.map(({ id, title, message }) => (
            <li key={id}>
              <strong>{title}</strong> {message}
            </li>
          ))}
        </ul>
      )}
      <CloseDialog
        opened={dialog === 'close'}
        issues={issues}
        isClosing={change.isPending}
        onClose={() => setDialog(null)}
        onConfirm={() => change.mutate({ kind: 'close' })}
      />
      <LabelDialog
        opened={dialog === 'label'}
        project={project}
        issues={issues}
        isSaving={change.isPending}
        onClose={() => setDialog(null)}
        onSave={(add, remove) => change.mutate({ kind: 'label', add, remove })}
      />
    </div>
  );
}

function CloseDialog(props: {
  opened: boolean;
  issues: readonly IssueHead[];
  isClosing: boolean;
  onClose: () => void;
  onConfirm: () => void;
}): ReactNode {
  const { issues, onClose } = props;
  const onGithub = issues.filter(({ github }) => github !== null).length;
  return (
    <Modal
      opened={props.opened}
      onClose={onClose}
      title={`Close ${formatNoun(issues.length, 'issue')}?`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <p className="dialog-text">
        {onGithub === 0
          ? 'None of them is on GitHub. They can be opened again.'
          : `${formatNoun(onGithub, 'is', 'are')} on GitHub and will be closed there as well, as completed.`}
      </p>
      <Group justify="flex-end" mt="md">
        <Button variant="default" data-autofocus onClick={onClose}>
          Keep open
        </Button>
        <Button loading={props.isClosing} onClick={props.onConfirm}>
          Close them
        </Button>
      </Group>
    </Modal>
  );
}

function LabelDialog(props: {
  opened: boolean;
  project: Project;
  issues: readonly IssueHead[];
  isSaving: boolean;
  onClose: () => void;
  onSave: (add: string[], remove: string[]) => void;
}): ReactNode {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={`Labels of ${formatNoun(props.issues.length, 'issue')}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {props.opened && <LabelForm {...props} />}
    </Modal>
  );
}

function LabelForm(props: {
  project: Project;
  issues: readonly IssueHead[];
  isSaving: boolean;
  onClose: () => void;
  onSave: (add: string[], remove: string[]) => void;
}): ReactNode {
  const [add, setAdd] = useState<string[]>([]);
  const [remove, setRemove] = useState<string | null>(null);
  const known = useRepositoryLabels(props.project);
  const theirs = [...new Set(props.issues.flatMap(({ labels }) => labels))].toSorted();
  const isEmpty = add.length === 0 && remove === null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!isEmpty) props.onSave(add, remove === null ? [] : [remove]);
      }}
    >
      <TagsInput
        size="xs"
        label="Add"
        data-autofocus
        maxTags={20}
        maxLength={50}
        data={known}
        value={add}
        onChange={setAdd}
      />
      {theirs.length > 0 && (
        <Select
          mt="sm"
          label="Take off"
          clearable
          clearButtonProps={{ 'aria-label': 'Take none off' }}
          data={theirs}
          value={remove}
          onChange={setRemove}
        />
      )}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={props.onClose}>
          Cancel
        </Button>
        <Button type="submit" disabled={isEmpty} loading={props.isSaving}>
          Change the labels
        </Button>
      </Group>
    </form>
  );
}
