import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Search, SearchX, ShieldUser } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import '#features/accounts/accounts.css';
import { PeopleTable } from '#features/accounts/people-table.tsx';
import { useAuthStatus } from '#lib/auth-status.ts';
import { api } from '#lib/client.ts';
import { withParam } from '#lib/search-params.ts';
import { Empty } from '#ui/empty.tsx';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { SettingsScreen } from '#ui/settings-screen.tsx';
import { ShowMore } from '#ui/show-more.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

const route = getRouteApi('/settings/people');

/** Everybody who can sign in, for administrators. */
export function PeoplePage(): ReactNode {
  const isAdministrator = useAuthStatus()?.account?.administrator === true;
  return (
    <SettingsScreen title="People">
      {isAdministrator ? (
        <People />
      ) : (
        <Empty
          icon={ShieldUser}
          title="Only administrators see who can sign in"
          text="Who is in a project with you stands on its page of members."
        />
      )}
    </SettingsScreen>
  );
}

function People(): ReactNode {
  const { query = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const [text, setText] = useState(query);
  const [settled] = useDebouncedValue(text.trim(), 200);
  useEffect(() => {
    void navigate({
      search: (search) => withParam(search, 'query', settled === '' ? undefined : settled),
      replace: true,
    });
  }, [settled, navigate]);
  return (
    <>
      <div className="people-bar">
        <TextInput
          aria-label="Find a person"
          placeholder="Find a person"
          leftSection={<Search size={13} />}
          value={text}
          maxLength={100}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <PeopleList query={query} />
    </>
  );
}

function PeopleList(props: { query: string }): ReactNode {
  const { query } = props;
  const list = useInfiniteQuery(
    api.accounts.people.infiniteOptions({
      input: (cursor: string | undefined) => ({
        ...(query === '' ? {} : { query }),
        ...(cursor === undefined ? {} : { cursor }),
      }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
    }),
  );
  if (list.isPending) return <SkeletonRows label="Loading people" />;
  if (list.isError) return <ErrorPanel error={list.error} onRetry={() => void list.refetch()} />;
  const people = list.data.pages.flatMap((page) => page.items);
  if (people.length === 0) return <Empty icon={SearchX} title={`Nobody is called “${query}”`} />;
  return (
    <div className="page-scroll">
      <PeopleTable people={people} />
      <ShowMore list={list} />
    </div>
  );
}
