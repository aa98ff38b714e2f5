import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import '#features/models/models.css';
import { BudgetPanel } from '#features/models/budget-panel.tsx';
import { ProvidersPanel } from '#features/models/providers-panel.tsx';
import { RolesPanel } from '#features/models/roles-panel.tsx';
import { UsagePanel } from '#features/models/usage-panel.tsx';
import { api } from '#lib/client.ts';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { SettingsScreen } from '#ui/settings-screen.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

/** Which models each role has, whether they answer, what they cost, and what may be spent. */
export function ModelsPage(): ReactNode {
  const overview = useQuery(api.models.list.queryOptions({ input: {} }));
  return (
    <SettingsScreen title="Models">
      <div className="page-scroll">
        {overview.isPending && <SkeletonRows label="Loading the models" />}
        {overview.isError && <ErrorPanel error={overview.error} onRetry={() => void overview.refetch()} />}
        {overview.data !== undefined && (
          <div className="models">
            {overview.data.hint !== '' && (
              <p className="notice">
                <strong>Not every role has a model</strong>
                {overview.data.hint} Everything that needs no model works.
              </p>
            )}
            <RolesPanel overview={overview.data} />
            <ProvidersPanel overview={overview.data} />
            <BudgetPanel />
            <UsagePanel />
          </div>
        )}
      </div>
    </SettingsScreen>
  );
}
