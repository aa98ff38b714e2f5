import { Button } from '@mantine/core';
import type { ReactNode } from 'react';

/** What of a list that comes in pages the button needs to know. */
export interface MorePages {
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  readonly fetchNextPage: () => Promise<unknown>;
}

/** The button at the end of a list that comes in pages; nothing when all of it is there. */
export function ShowMore({ list }: { list: MorePages }): ReactNode {
  if (!list.hasNextPage) return null;
  return (
    <Button
      variant="subtle"
      color="gray"
      m={8}
      loading={list.isFetchingNextPage}
      onClick={() => void list.fetchNextPage()}
    >
      Show more
    </Button>
  );
}
