import { Outlet, useMatches } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import '#app/shell.css';
import '#ui/ui.css';
import { Shell } from '#app/shell.tsx';
import { JobAnnouncer } from '#features/jobs/job-announcer.tsx';

/** Screens stand in the shell and follow live events; pages before and beside them stand alone. */
export function Frame(): ReactNode {
  const isBare = useMatches({ select: (matches) => matches.some((match) => match.staticData.isBare === true) });
  if (!isBare) {
    return (
      <JobAnnouncer>
        <Shell />
      </JobAnnouncer>
    );
  }
  return (
    <main className="bare">
      <Outlet />
    </main>
  );
}
