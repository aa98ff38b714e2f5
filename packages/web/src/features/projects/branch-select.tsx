import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { GithubRepository } from '@yudai/contract';
import { GitBranch } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { api } from '#lib/client.ts';
import { messageOf } from '#lib/error-message.ts';

interface Props {
  repository: GithubRepository;
  value: string | null;
  onChange: (branch: string | null) => void;
}

/** The branches of a repository, as far as they fit; GitHub is searched for the rest. */
export function BranchSelect({ repository, value, onChange }: Props): ReactNode {
  const { owner, name, defaultBranch } = repository;
  const [text, setText] = useState('');
  const [settled] = useDebouncedValue(text.trim(), 250);
  // What the field shows once something is picked is not looked for.
  const query = settled === value ? '' : settled;
  const branches = useQuery(
    api.github.branches.queryOptions({
      input: { owner, name, limit: 100, ...(query === '' ? {} : { query }) },
      placeholderData: (previous) => previous,
      retry: false,
    }),
  );
  const names = new Set([defaultBranch, ...(value === null ? [] : [value])]);
  for (const branch of branches.data?.items ?? []) names.add(branch.name);
  return (
    <Select
      label="Branch"
      description={value === defaultBranch ? 'The default branch is followed, whichever that comes to be.' : undefined}
      classNames={{ input: 'mono' }}
      leftSection={<GitBranch size={13} />}
      data={[...names]}
      searchable
      allowDeselect={false}
      nothingFoundMessage={branches.isFetching ? 'Looking …' : 'No branch of that name'}
      value={value}
      onChange={onChange}
      onSearchChange={setText}
      error={branches.isError ? messageOf(branches.error) : undefined}
    />
  );
}
