import { api } from '#lib/client.ts';

/** The conversations of a project that the person sees, page by page. */
export function sessionPages(projectId: string, filter: { query: string; archived: boolean }) {
  const { query, archived } = filter;
  return api.chat.list.infiniteOptions({
    input: (cursor: string | undefined) => ({
      projectId,
      archived,
      ...(query === '' ? {} : { query }),
      ...(cursor === undefined ? {} : { cursor }),
    }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchOnMount: 'always' as const,
  });
}
