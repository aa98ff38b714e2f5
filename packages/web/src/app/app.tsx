import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { ReactNode } from 'react';
import { colorSchemeManager } from '#app/color-scheme.ts';
import { router } from '#app/router.tsx';
import { cssVariables, theme } from '#app/theme.ts';
import { JobAnnouncer } from '#features/jobs/job-announcer.tsx';
import { ApiError } from '@yudai/contract/client';

const Toasts = lazy(async () => ({ default: (await import('#app/toasts.tsx')).Toasts }));

const queries = new QueryClient({
  defaultOptions: {
    // Live events keep answers fresh; an answer of the API is final, only a lost connection is tried again.
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => !(error instanceof ApiError) && failures < 2,
    },
  },
});

export function App(): ReactNode {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
    >
      <QueryClientProvider client={queries}>
        <JobAnnouncer>
          <RouterProvider router={router} />
        </JobAnnouncer>
        <Suspense fallback={null}>
          <Toasts />
        </Suspense>
      </QueryClientProvider>
    </MantineProvider>
  );
}
