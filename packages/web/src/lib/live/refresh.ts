import type { InvalidateQueryFilters, QueryClient } from '@tanstack/react-query';

/**
 * Asks again for what an event has made old. A first answer that is still on its way was perhaps read before the event, and invalidation
 * leaves it be (TanStack Query restarts only what has data), so it is called off first: where a screen waits for it, not where a person's
 * deed does, which would fail.
 */
export async function refresh(queries: QueryClient, filters: InvalidateQueryFilters): Promise<void> {
  const { predicate } = filters;
  const first: InvalidateQueryFilters = {
    ...filters,
    type: 'active',
    predicate: (query) => query.state.data === undefined && (predicate?.(query) ?? true),
  };
  if (queries.isFetching(first) > 0) await queries.cancelQueries(first);
  await queries.invalidateQueries(filters);
}
