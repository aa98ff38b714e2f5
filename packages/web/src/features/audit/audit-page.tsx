import { getRouteApi } from '@tanstack/react-router';
import type { AuditEntry } from '@yudai/contract';
import { useState } from 'react';
import type { ReactNode } from 'react';
import '#features/audit/audit.css';
import { AuditDrawer } from '#features/audit/audit-drawer.tsx';
import { AuditFilters } from '#features/audit/audit-filters.tsx';
import { AuditTable } from '#features/audit/audit-table.tsx';
import { ExportButton } from '#features/audit/export-button.tsx';
import { filterOf } from '#features/audit/filter-of.ts';
import { VerifyButton } from '#features/audit/verify-button.tsx';
import { useAuthStatus } from '#lib/auth-status.ts';
import { SettingsScreen } from '#ui/settings-screen.tsx';

const route = getRouteApi('/settings/audit');

/** Who did what, when and from where: one's own deeds, for administrators everybody's. */
export function AuditPage(): ReactNode {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [open, setOpen] = useState<AuditEntry | null>(null);
  const isAdministrator = useAuthStatus()?.account?.administrator === true;
  const filter = filterOf(search);
  return (
    <SettingsScreen
      title="Audit log"
      actions={
        <>
          {isAdministrator && <VerifyButton />}
          <ExportButton filter={filter} />
        </>
      }
    >
      <AuditFilters
        search={search}
        isAdministrator={isAdministrator}
        onSearch={(next) => void navigate({ search: next, replace: true })}
      />
      <AuditTable filter={filter} onOpen={setOpen} />
      <AuditDrawer entry={open} onClose={() => setOpen(null)} />
    </SettingsScreen>
  );
}
