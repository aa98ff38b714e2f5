import { api } from '#lib/client.ts';

/** The paged list of projects; every reader of it shares one cache entry per filter. */
export function projectPages(filter: { archived?: boolean; query?: string }) {
  return api.projects.list.infiniteOptions({
    input: (cursor: string | undefined) => ({ ...filter, ...(cursor === undefined ? {} : { cursor }) }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}
