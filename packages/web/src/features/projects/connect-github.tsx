import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { GithubConnection, GithubRepository } from '@yudai/contract';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { BranchSelect } from '#features/projects/branch-select.tsx';
import { RepositoryPicker } from '#features/projects/repository-picker.tsx';
import { api, client } from '#lib/client.ts';
import { links } from '#lib/links.ts';
import { ErrorLine } from '#ui/error-panel.tsx';
import { LinkButton } from '#ui/link-button.tsx';

interface Props {
  /** Shown without having been asked for: its first field takes the focus. */
  isFirst: boolean;
  connection: GithubConnection | null;
  onClose: () => void;
}

/** Repository → branch and name → connect, with the person's own access to GitHub. */
export function ConnectGithub({ isFirst, connection, onClose }: Props): ReactNode {
  if (connection === null || connection.status === 'needs_reauthorization') {
    return <NotConnected isKnown={connection !== null} />;
  }
  return <GithubForm isFirst={isFirst} onClose={onClose} />;
}

function NotConnected(props: { isKnown: boolean }): ReactNode {
  return (
    <div className="connect-missing">
      <p>
        {props.isKnown
          ? 'GitHub does not accept Yudai’s access any more. Connect it again to see your repositories.'
          : 'Connect GitHub to pick from the repositories that you can read there, private ones too.'}
      </p>
      <LinkButton {...links.github()}>Connect GitHub</LinkButton>
    </div>
  );
}

function GithubForm(props: { isFirst: boolean; onClose: () => void }): ReactNode {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [repository, setRepository] = useState<GithubRepository | null>(null);
  const [branch, setBranch] = useState<string | null>(null);
  const [name, setName] = useState('');
  const connect = useMutation({
    mutationFn: (chosen: GithubRepository) =>
      client.projects.connect({
        source: { kind: 'github', repository: chosen.fullName },
        ...(name.trim() === '' ? {} : { name }),
        // Left out, the default branch is followed, whichever that comes to be.
        ...(branch === null || branch === chosen.defaultBranch ? {} : { ref: branch }),
      }),
    onSuccess: async ({ project }) => {
      queries.setQueryData(api.projects.get.queryKey({ input: { id: project.id } }), project);
      void queries.invalidateQueries({ queryKey: api.projects.list.key() });
      await navigate(links.workbench(project.id));
    },
  });
  const pick = (chosen: GithubRepository) => {
    setRepository(chosen);
    setBranch(chosen.defaultBranch);
    setName(chosen.name);
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (repository !== null && !connect.isPending) connect.mutate(repository);
  };
  return (
    <form onSubmit={onSubmit} autoComplete="off">
      <Stack gap="sm">
        <RepositoryPicker isFirst={props.isFirst} picked={repository} onPick={pick} />
        {repository !== null && (
          <>
            <BranchSelect repository={repository} value={branch} onChange={setBranch} />
            <TextInput label="Name" value={name} maxLength={200} onChange={(event) => setName(event.target.value)} />
          </>
        )}
        {connect.isError && <ErrorLine error={connect.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={props.onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={repository === null} loading={connect.isPending}>
            Connect
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
