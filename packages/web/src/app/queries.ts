import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from '@yudai/contract/client';

/** The cache of the API's answers. `onSignedOut` hears of each that says that nobody is signed in. */
export function createQueries(onSignedOut: () => void): QueryClient {
  const onError = (error: unknown) => {
    if (error instanceof ApiError && error.code === 'unauthorized') onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      // Live events keep answers fresh; an answer of the API is final, only a lost connection is tried again.
      queries: {
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) => !(error instanceof ApiError) && failures < 2,
      },
    },
  });
}
