import { ApiError } from '@yudai/contract/client';
import { MutationObserver } from '@tanstack/react-query';
import { expect, test, vi } from 'vitest';
import { createQueries } from '#app/queries.ts';

const ended = new ApiError('unauthorized', 401, 'Sign in first.', 'req_1');
const hidden = new ApiError('not_found', 404, 'There is no such project.', 'req_2');
const failing = (error: Error) => () => Promise.reject(error);

test.each([
  [ended, 1],
  [hidden, 0],
  [new Error('unauthorized'), 0],
])('%s is heard as the end of the session %i times, from a query and from a change (B13)', async (error, times) => {
  const onSignedOut = vi.fn<() => void>();
  const queries = createQueries(onSignedOut);

  const query = queries.fetchQuery({ queryKey: ['x'], queryFn: failing(error), retry: false });
  await expect(query).rejects.toBe(error);
  expect(onSignedOut).toHaveBeenCalledTimes(times);

  const change = new MutationObserver(queries, { mutationFn: failing(error) });
  await expect(change.mutate()).rejects.toBe(error);
  expect(onSignedOut).toHaveBeenCalledTimes(times * 2);
});
