import { useInfiniteQuery } from '@tanstack/react-query';
import { filterOf } from '#features/issues/list/filter-of.ts';
import { api } from '#lib/client.ts';
import type { IssuesSearch } from '#lib/search-params.ts';

/** The issues of a project that the filters let through, the last changed first. */
export function useIssues(projectId: string, search: IssuesSearch) {
  return useInfiniteQuery(
    api.issues.list.infiniteOptions({
      input: (cursor: string | undefined) => ({
        projectId,
        ...filterOf(search),
        ...(cursor === undefined ? {} : { cursor }),
      }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      placeholderData: (previous) => previous,
    }),
  );
}
