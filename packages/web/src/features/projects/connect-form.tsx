import { Button, Group, PasswordInput, Select, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ProjectSource, SourceInspection } from '@yudai/contract';
import { Check, Folder, Globe, KeyRound } from 'lucide-react';
import { useRef, useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { refOptions } from '#features/projects/ref-options.ts';
import { sourceOf } from '#features/projects/source-name.ts';
import { useAuthStatus } from '#lib/auth-status.ts';
import { api, client } from '#lib/client.ts';
import { messageOf } from '#lib/error-message.ts';
import { formatNoun } from '#lib/format.ts';
import { links } from '#lib/links.ts';
import { ErrorLine } from '#ui/error-panel.tsx';

/** Source → Check → branch and name → connect. A source may also be connected unchecked: the job says what is wrong. */
export function ConnectForm(props: { onClose: () => void }): ReactNode {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [name, setName] = useState('');
  const [ref, setRef] = useState<string | null>(null);
  // The token stays in the field and is read when needed: never in state, the cache or an address.
  const token = useRef<HTMLInputElement>(null);
  const isTeam = useAuthStatus()?.mode === 'team';
  const source = reachable(text, isTeam);
  const secret = () => (token.current?.value ? { token: token.current.value } : {});

  const inspect = useMutation({
    mutationFn: (typed: string) => {
      const source = reachable(typed, isTeam);
      if (source === null) throw new Error('Name a repository first.');
      return client.projects.inspect({ source, ...secret() });
    },
    onSuccess: (found) => {
      setName((typed) => (typed === '' ? found.suggestedName : typed));
      setRef(null);
    },
  });
  const connect = useMutation({
    mutationFn: () => {
      if (source === null) throw new Error('Name a repository first.');
      const optional = { ...(name.trim() === '' ? {} : { name }), ...(ref === null ? {} : { ref }), ...secret() };
      return client.projects.connect({ source, ...optional });
    },
    onSuccess: async ({ project }) => {
      if (token.current !== null) token.current.value = '';
      queries.setQueryData(api.projects.get.queryKey({ input: { id: project.id } }), project);
      void queries.invalidateQueries({ queryKey: api.projects.list.key() });
      await navigate(links.workbench(project.id));
    },
  });

  const checked = inspect.isSuccess && inspect.variables === text ? inspect.data : null;
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (source === null || connect.isPending) return;
    if (checked === null) inspect.mutate(text);
    else connect.mutate();
  };
  return (
    <form onSubmit={onSubmit} autoComplete="off">
      <Stack gap="sm">
        <TextInput
          label={isTeam ? 'https address' : 'Folder or https address'}
          placeholder={isTeam ? 'https://git.example.org/acme/app' : '/home/me/code/app or https://github.com/acme/app'}
          description={
            isTeam
              ? 'The address that git clones the repository from.'
              : 'A path on the machine that runs Yudai, or a Git address. Which one it is shows by itself.'
          }
          data-autofocus
          classNames={{ input: 'mono' }}
          leftSection={isTeam || source?.kind === 'git' ? <Globe size={13} /> : <Folder size={13} />}
          value={text}
          onChange={(event) => setText(event.target.value)}
          error={inspect.isError && inspect.variables === text ? messageOf(inspect.error) : undefined}
        />
        {source?.kind === 'git' && (
          <PasswordInput
            ref={token}
            label="Access token, for a private repository"
            description="Kept encrypted on this machine and given to git alone."
            leftSection={<KeyRound size={13} />}
            autoComplete="off"
            visibilityToggleButtonProps={{ 'aria-label': 'Show the token' }}
          />
        )}
        {checked !== null && <CheckedFields found={checked} name={name} onName={setName} gitRef={ref} onRef={setRef} />}
        {connect.isError && <ErrorLine error={connect.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={props.onClose}>
            Cancel
          </Button>
          {checked === null ? (
            <Button type="submit" disabled={source === null} loading={inspect.isPending}>
              Check
            </Button>
          ) : (
            <Button type="submit" loading={connect.isPending}>
              Connect
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}

/** Folders of the server are for the one person whose machine it is. */
function reachable(text: string, isTeam: boolean): ProjectSource | null {
  const source = sourceOf(text);
  return isTeam && source?.kind === 'folder' ? null : source;
}

interface CheckedProps {
  found: SourceInspection;
  name: string;
  onName: (name: string) => void;
  gitRef: string | null;
  onRef: (ref: string | null) => void;
}

function CheckedFields({ found, name, onName, gitRef, onRef }: CheckedProps): ReactNode {
  const standard = found.source.kind === 'folder' ? 'The working tree as it is' : `Default branch`;
  return (
    <>
      <p className="connect-found" role="status">
        <Check size={14} aria-hidden="true" />
        Found {formatNoun(found.branches.length, 'branch', 'branches')} and {formatNoun(found.tags.length, 'tag')}
        {found.truncated && ' (the first 1,000 are listed)'}
      </p>
      <Select
        label="Branch or tag"
        placeholder={found.defaultRef === null ? standard : `${standard} (${found.defaultRef})`}
        data={refOptions(found)}
        searchable
        clearable
        limit={200}
        nothingFoundMessage="No branch or tag of that name"
        value={gitRef}
        onChange={onRef}
        clearButtonProps={{ 'aria-label': 'Clear the branch or tag' }}
      />
      <TextInput label="Name" value={name} maxLength={200} onChange={(event) => onName(event.target.value)} />
    </>
  );
}
