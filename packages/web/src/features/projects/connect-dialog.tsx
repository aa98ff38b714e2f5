import { Modal, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { ConnectForm } from '#features/projects/connect-form.tsx';
import { ConnectGithub } from '#features/projects/connect-github.tsx';
import { useAuthStatus } from '#lib/auth-status.ts';
import { api } from '#lib/client.ts';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

const ways = [
  { value: 'github', label: 'GitHub' },
  { value: 'address', label: 'Address' },
] as const;

export function ConnectDialog(props: { opened: boolean; onClose: () => void }): ReactNode {
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title="Connect a repository"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {/* Mounted anew each time, so that nothing of an earlier attempt (a token least of all) is kept. */}
      <Ways onClose={props.onClose} />
    </Modal>
  );
}

/** The person's repositories on GitHub, or any address; where nobody signs in and GitHub is not connected, a folder or address alone. */
function Ways(props: { onClose: () => void }): ReactNode {
  const isTeam = useAuthStatus()?.mode === 'team';
  const github = useQuery(api.github.status.queryOptions({ input: {} }));
  const [chosen, setChosen] = useState<'github' | 'address' | null>(null);
  const way = chosen ?? 'github';
  if (!isTeam && (github.data?.connection ?? null) === null) return <ConnectForm onClose={props.onClose} />;
  return (
    <>
      <SegmentedControl
        fullWidth
        mb="sm"
        aria-label="Where the repository is"
        data={ways.map(({ value, label }) => ({
          value,
          label: value === 'address' && !isTeam ? 'Folder or address' : label,
        }))}
        value={way}
        onChange={setChosen}
      />
      {way === 'address' && <ConnectForm onClose={props.onClose} />}
      {way === 'github' && github.isPending && <SkeletonRows label="Looking for your connection to GitHub" count={3} />}
      {way === 'github' && !github.isPending && (
        <ConnectGithub isFirst={chosen === null} connection={github.data?.connection ?? null} onClose={props.onClose} />
      )}
    </>
  );
}
