import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { DeletionPreview } from '@yudai/contract';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { leave } from '#features/accounts/sign-out.ts';
import { api } from '#lib/client.ts';
import { formatNoun } from '#lib/format.ts';
import { ErrorLine, ErrorPanel } from '#ui/error-panel.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

/** Names what goes, what stays and what stands against it before anything is deleted. */
export function DeleteAccountDialog(props: { opened: boolean; onClose: () => void }): ReactNode {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title="Delete your account?"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Preview onClose={props.onClose} />
    </Modal>
  );
}

function Preview(props: { onClose: () => void }): ReactNode {
  // What would be deleted changes with every project and key, so each opening asks anew.
  const preview = useQuery(api.accounts.previewDeletion.queryOptions({ input: {}, staleTime: 0, gcTime: 0 }));
  if (preview.isPending) return <SkeletonRows label="Looking at what would be deleted" count={4} />;
  if (preview.isError) return <ErrorPanel error={preview.error} onRetry={() => void preview.refetch()} />;
  return (
    <>
      <WhatGoes preview={preview.data} />
      {preview.data.blockers.length > 0 ? (
        <Blocked blockers={preview.data.blockers} onClose={props.onClose} />
      ) : (
        <ConfirmForm confirmation={preview.data.confirmation} onClose={props.onClose} />
      )}
    </>
  );
}

function WhatGoes(props: { preview: DeletionPreview }): ReactNode {
  const { projects, memberships, jobs, sessions, keys, kept } = props.preview;
  const counts = [
    { count: memberships, words: `${formatNoun(memberships, 'membership')} in projects of others` },
    { count: jobs, words: formatNoun(jobs, 'job') },
    { count: sessions, words: formatNoun(sessions, 'session') },
    { count: keys, words: formatNoun(keys, 'API key') },
  ].filter(({ count }) => count > 0);
  return (
    <div className="deletion">
      <p>This goes, for good:</p>
      <ul>
        {projects.map((project) => (
          <li key={project.id}>
            The project <span className="bright">{project.name}</span>
            {project.otherMembers > 0 && `, also for ${formatNoun(project.otherMembers, 'other member')}`}
          </li>
        ))}
        <li>Your profile{counts.map(({ words }) => `, ${words}`).join('')}</li>
      </ul>
      <p>This stays:</p>
      <ul className="muted">
        {kept.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </div>
  );
}

function Blocked(props: { blockers: readonly string[]; onClose: () => void }): ReactNode {
  return (
    <>
      <div className="notice" role="alert">
        <strong>It cannot be deleted now</strong>
        {props.blockers.map((text) => (
          <p key={text}>{text}</p>
        ))}
      </div>
      <Group justify="flex-end" mt="md">
        <Button variant="default" data-autofocus onClick={props.onClose}>
          Close
        </Button>
      </Group>
    </>
  );
}

function ConfirmForm(props: { confirmation: string; onClose: () => void }): ReactNode {
  const { confirmation, onClose } = props;
  const [typed, setTyped] = useState('');
  const remove = useMutation(api.accounts.delete.mutationOptions({ onSuccess: leave }));
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (typed === confirmation) remove.mutate({ confirmation });
  };
  return (
    <form onSubmit={onSubmit} autoComplete="off">
      <TextInput
        label={`Type ${confirmation} to confirm`}
        classNames={{ input: 'mono' }}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      {remove.isError && <ErrorLine error={remove.error} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" data-autofocus onClick={onClose}>
          Keep it
        </Button>
        <Button type="submit" color="red.8" disabled={typed !== confirmation} loading={remove.isPending}>
          Delete account
        </Button>
      </Group>
    </form>
  );
}
