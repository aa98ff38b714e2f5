import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { Project } from '@yudai/contract';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { cardSource, sessionSource } from '#features/issues/draft/draft-source.ts';
import type { DraftSource } from '#features/issues/draft/draft-source.ts';
import { api } from '#lib/client.ts';

interface Props {
  project: Project;
  sources: readonly DraftSource[];
  onAdd: (source: DraftSource) => void;
}

const shown = 20;

/** Adds a card or a conversation to what the architect is given. */
export function SourcePicker({ project, sources, onAdd }: Props): ReactNode {
  const [typed, setTyped] = useState('');
  const [query] = useDebouncedValue(typed.trim(), 200);
  const asked = { projectId: project.id, limit: shown, ...(query === '' ? {} : { query }) };
  const cards = useQuery(api.cards.list.queryOptions({ input: asked }));
  const sessions = useQuery(api.chat.list.queryOptions({ input: asked }));
  const isNew = ({ id }: DraftSource) => sources.every((other) => other.id !== id);
  const foundCards = (cards.data?.items ?? []).map(cardSource).filter(isNew);
  const foundSessions = (sessions.data?.items ?? [])
    .filter(({ messageCount }) => messageCount > 0)
    .map(sessionSource)
    .filter(isNew);
  const groups = [
    { group: 'Cards', items: foundCards.map(toOption) },
    { group: 'Conversations', items: foundSessions.map(toOption) },
  ].filter(({ items }) => items.length > 0);
  return (
    <Select
      aria-label="Add a card or a conversation"
      placeholder="Add a card or a conversation"
      searchable
      value={null}
      searchValue={typed}
      onSearchChange={setTyped}
      nothingFoundMessage={cards.isFetching || sessions.isFetching ? 'Looking…' : 'No other card or conversation'}
      data={groups}
      // The server has filtered.
      filter={({ options }) => options}
      onChange={(value) => {
        const source = [...foundCards, ...foundSessions].find(({ id }) => id === value);
        if (source !== undefined) onAdd(source);
        setTyped('');
      }}
    />
  );
}

function toOption({ id, title, detail }: DraftSource) {
  return { value: id, label: `${title} (${detail})` };
}
