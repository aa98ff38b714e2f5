import { Outlet } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import type { ReactNode } from 'react';
import { useCurrentProject } from '#app/current-project.ts';
import type { DialogName } from '#app/dialogs.tsx';
import { Rail } from '#app/rail.tsx';
import { useShortcuts } from '#app/use-shortcuts.ts';
import { LiveBanner } from '#app/live-banner.tsx';
import { useFocusNet } from '#app/use-focus-net.ts';
import { useOwnerTopic } from '#app/use-owner-topic.ts';
import { useSessionEnd } from '#app/use-session-end.ts';

const Dialogs = lazy(async () => ({ default: (await import('#app/dialogs.tsx')).Dialogs }));

/** What every screen stands in: the rail, the banner of a lost connection, the palette and the shortcuts. */
export function Shell(): ReactNode {
  const projectId = useCurrentProject();
  const [dialog, setDialog] = useState<DialogName | null>(null);
  const close = () => setDialog(null);
  useOwnerTopic();
  useSessionEnd();
  useFocusNet();
  useShortcuts(projectId, { openPalette: () => setDialog('palette'), openHelp: () => setDialog('help') });
  return (
    <div className="shell">
      <a className="skip-link" href="#content">
        Skip to content
      </a>
      <Rail projectId={projectId} onPalette={() => setDialog('palette')} />
      <main className="content" id="content" tabIndex={-1}>
        <LiveBanner />
        <Outlet />
      </main>
      <Suspense fallback={null}>
        <Dialogs opened={dialog} onOpen={setDialog} onClose={close} projectId={projectId} />
      </Suspense>
    </div>
  );
}
