import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { ShowMore } from '#ui/show-more.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

interface Props<Item> {
  list: UseInfiniteQueryResult<InfiniteData<{ readonly items: readonly Item[] }>>;
  /** What is said while the first page is on its way. */
  loading: string;
  /** What stands there when there is nothing. */
  empty: ReactNode;
  children: (items: readonly Item[]) => ReactNode;
}

/** A list that comes in pages, whatever its state: on its way, failed, empty, or there with a button for more. */
export function Paged<Item>({ list, loading, empty, children }: Props<Item>): ReactNode {
  if (list.isPending) return <SkeletonRows label={loading} />;
  if (list.isError) return <ErrorPanel error={list.error} onRetry={() => void list.refetch()} />;
  const items = list.data.pages.flatMap((page) => page.items);
  if (items.length === 0) return empty;
  return (
    <>
      {children(items)}
      <ShowMore list={list} />
    </>
  );
}
