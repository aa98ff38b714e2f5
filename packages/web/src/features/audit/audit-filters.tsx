import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { auditAction, auditActions, idSchema } from '@yudai/contract';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { wordsOf } from '#features/audit/action-words.ts';
import { projectPages } from '#features/projects/project-pages.ts';
import { api } from '#lib/client.ts';
import { type AuditSearch, withParam } from '#lib/search-params.ts';

interface Props {
  search: AuditSearch;
  isAdministrator: boolean;
  onSearch: (next: AuditSearch) => void;
}

const user = idSchema('user');
const project = idSchema('project');

export function AuditFilters({ search, isAdministrator, onSearch }: Props): ReactNode {
  const projects = useInfiniteQuery(projectPages({}));
  const known = (projects.data?.pages ?? []).flatMap((page) => page.items);
  const set = <K extends keyof AuditSearch>(key: K, value: AuditSearch[K] | undefined) =>
    onSearch(withParam(search, key, value));
  return (
    <div className="audit-filters" role="group" aria-label="Filters">
      <Select
        aria-label="Action"
        placeholder="Any action"
        searchable
        clearable
        clearButtonProps={{ 'aria-label': 'Any action' }}
        data={auditActions.map((value) => ({ value, label: wordsOf(value) }))}
        value={search.action ?? null}
        onChange={(value) => set('action', auditAction.safeParse(value).data)}
      />
      {isAdministrator && <PersonSelect value={search.person ?? null} onChange={(value) => set('person', value)} />}
      <Select
        aria-label="Project"
        placeholder="Any project"
        searchable
        clearable
        clearButtonProps={{ 'aria-label': 'Any project' }}
        data={known.map(({ id, name }) => ({ value: id, label: name }))}
        value={search.project ?? null}
        onChange={(value) => set('project', project.safeParse(value).data)}
      />
      <TextInput
        type="date"
        aria-label="From this day"
        leftSection="from"
        leftSectionWidth={44}
        value={search.from ?? ''}
        onChange={(event) => set('from', event.target.value === '' ? undefined : event.target.value)}
      />
      <TextInput
        type="date"
        aria-label="To this day"
        leftSection="to"
        leftSectionWidth={28}
        value={search.to ?? ''}
        onChange={(event) => set('to', event.target.value === '' ? undefined : event.target.value)}
      />
      {Object.keys(search).length > 0 && (
        <Button variant="subtle" color="gray" onClick={() => onSearch({})}>
          Clear
        </Button>
      )}
    </div>
  );
}

/** Anybody who can sign in, found by name. */
function PersonSelect(props: { value: string | null; onChange: (id: AuditSearch['person']) => void }): ReactNode {
  const [text, setText] = useState('');
  const [query] = useDebouncedValue(text.trim(), 250);
  const people = useQuery(
    api.accounts.people.queryOptions({
      input: { limit: 100, ...(query === '' ? {} : { query }) },
      placeholderData: (previous) => previous,
    }),
  );
  const found = people.data?.items ?? [];
  return (
    <Select
      aria-label="Person"
      placeholder="Anybody"
      searchable
      clearable
      clearButtonProps={{ 'aria-label': 'Anybody' }}
      data={found.map(({ id, name, username }) => ({
        value: id,
        label: username === null ? name : `${name} (${username})`,
      }))}
      // The server has looked already, by more than the label shows.
      filter={({ options }) => options}
      value={props.value}
      onSearchChange={(typed) => setText(found.some(({ id }) => id === props.value) ? '' : typed)}
      onChange={(value) => props.onChange(user.safeParse(value).data)}
    />
  );
}
