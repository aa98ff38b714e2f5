import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import '#features/github/github.css';
import { ConnectionPanel } from '#features/github/connection-panel.tsx';
import { InstallationsPanel } from '#features/github/installations-panel.tsx';
import { api } from '#lib/client.ts';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { SettingsScreen } from '#ui/settings-screen.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

/** The person's own connection to GitHub, and where the GitHub App is installed. */
export function GithubPage(): ReactNode {
  const status = useQuery(api.github.status.queryOptions({ input: {}, staleTime: 0 }));
  return (
    <SettingsScreen title="GitHub">
      <div className="page-scroll">
        {status.isPending && <SkeletonRows label="Loading the connection" />}
        {status.isError && <ErrorPanel error={status.error} onRetry={() => void status.refetch()} />}
        {status.data !== undefined && (
          <div className="github">
            <ConnectionPanel status={status.data} />
            {status.data.app && status.data.connection?.status === 'ok' && <InstallationsPanel />}
          </div>
        )}
      </div>
    </SettingsScreen>
  );
}
