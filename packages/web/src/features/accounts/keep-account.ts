import type { QueryClient } from '@tanstack/react-query';
import type { Account } from '@yudai/contract';
import { authStatusQuery } from '#lib/auth-status.ts';

/** Takes the changed account into what is known about who is signed in. */
export function keepAccount(queries: QueryClient, account: Account): void {
  queries.setQueryData(authStatusQuery.queryKey, (status) => status && { ...status, account });
}
