import { WifiOff } from 'lucide-react';
import type { ReactNode } from 'react';
import { useLiveState } from '#lib/live/live-provider.tsx';

/** Says that the page may be out of date; the connection comes back by itself. */
export function LiveBanner(): ReactNode {
  const state = useLiveState();
  if (state !== 'offline' && state !== 'revoked') return null;
  return (
    <p className="live-banner" role="status">
      <WifiOff size={13} aria-hidden="true" />
      {state === 'offline'
        ? 'No live connection to Yudai. Trying again; what you see may be out of date.'
        : 'This session has ended. Reload the page to go on.'}
    </p>
  );
}
