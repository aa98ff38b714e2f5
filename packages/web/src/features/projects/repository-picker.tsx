import { ActionIcon, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import type { GithubRepository } from '@yudai/contract';
import { Archive, GitFork, Lock, RotateCw, Search } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { api, client } from '#lib/client.ts';
import { formatAgo } from '#lib/format.ts';
import { useNow } from '#lib/use-now.ts';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { ShowMore } from '#ui/show-more.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';
import { Tip } from '#ui/tip.tsx';
import { useFailureToast } from '#ui/use-failure-toast.ts';

interface Props {
  /** The search takes the focus as soon as it is there, unless the person is busy elsewhere already. */
  isFirst: boolean;
  picked: GithubRepository | null;
  onPick: (repository: GithubRepository) => void;
}

/** Everything that the person may read on GitHub, of all owners, the last pushed first. Arrow keys move among what is listed. */
export function RepositoryPicker(props: Props): ReactNode {
  const [text, setText] = useState('');
  const [query] = useDebouncedValue(text.trim(), 200);
  return (
    <fieldset className="picker">
      <legend className="visually-hidden">Repository</legend>
      <div className="row">
        <TextInput
          className="grow"
          aria-label="Find a repository"
          placeholder="Find a repository"
          data-autofocus
          // It comes after the dialog has looked for what to focus.
          // oxlint-disable-next-line jsx-a11y/no-autofocus
          autoFocus={props.isFirst}
          leftSection={<Search size={13} />}
          value={text}
          maxLength={200}
          onChange={(event) => setText(event.target.value)}
        />
        <RefreshButton />
      </div>
      <RepositoryList query={query} picked={props.picked} onPick={props.onPick} />
    </fieldset>
  );
}

function RefreshButton(): ReactNode {
  const queries = useQueryClient();
  const refresh = useMutation({
    mutationFn: () => client.github.repositories({ refresh: true, limit: 1 }),
    onSuccess: () => queries.invalidateQueries({ queryKey: api.github.repositories.key() }),
    onError: useFailureToast(),
  });
  return (
    <Tip label="Ask GitHub again">
      <ActionIcon aria-label="Ask GitHub again" loading={refresh.isPending} onClick={() => refresh.mutate()}>
        <RotateCw size={14} />
      </ActionIcon>
    </Tip>
  );
}

function RepositoryList({ query, picked, onPick }: Omit<Props, 'isFirst'> & { query: string }): ReactNode {
  const list = useInfiniteQuery(
    api.github.repositories.infiniteOptions({
      input: (cursor: string | undefined) => ({
        ...(query === '' ? {} : { query }),
        ...(cursor === undefined ? {} : { cursor }),
      }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      placeholderData: (previous) => previous,
      retry: false,
    }),
  );
  if (list.isPending) return <SkeletonRows label="Asking GitHub for your repositories" count={5} />;
  if (list.isError) return <ErrorPanel error={list.error} onRetry={() => void list.refetch()} />;
  const items = list.data.pages.flatMap((page) => page.items);
  // What is picked stays in sight, whatever is looked for next.
  const isPickedHidden = picked !== null && !items.some(({ id }) => id === picked.id);
  return (
    <div className="picker-list">
      {isPickedHidden && <RepositoryRow repository={picked} isPicked onPick={onPick} />}
      {items.length === 0 && (
        <p className="muted picker-empty" role="status">
          {query === '' ? 'GitHub shows no repository to Yudai.' : `No repository is called “${query}”.`}
        </p>
      )}
      {list.data.pages[0]?.freshness.stale === true && (
        <p className="muted picker-note">GitHub does not answer now. These are the repositories of before.</p>
      )}
      {items.map((repository) => (
        <RepositoryRow
          key={repository.id}
          repository={repository}
          isPicked={repository.id === picked?.id}
          onPick={onPick}
        />
      ))}
      <ShowMore list={list} />
    </div>
  );
}

function RepositoryRow(props: { repository: GithubRepository; isPicked: boolean; onPick: Props['onPick'] }): ReactNode {
  const { repository } = props;
  const now = useNow();
  return (
    <label className="picker-row">
      <input type="radio" name="repository" checked={props.isPicked} onChange={() => props.onPick(repository)} />
      <span className="mono truncate grow">
        <span className="muted">{repository.owner}/</span>
        <span className="bright">{repository.name}</span>
      </span>
      {repository.fork && <GitFork size={12} aria-label="fork" className="muted" />}
      {repository.archived && <Archive size={12} aria-label="archived" className="muted" />}
      {repository.private && (
        <span className="chip">
          <Lock size={11} aria-hidden="true" />
          Private
        </span>
      )}
      {repository.pushedAt !== null && <span className="muted picker-time">{formatAgo(repository.pushedAt, now)}</span>}
    </label>
  );
}
