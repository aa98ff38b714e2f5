import { SegmentedControl, useMantineColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { SystemInfo } from '@yudai/contract';
import type { ReactNode } from 'react';
import '#features/system/settings.css';
import { ShortcutList } from '#ui/shortcut-list.tsx';
import { api } from '#lib/client.ts';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { SettingsScreen } from '#ui/settings-screen.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';
import { StateDot } from '#ui/state-dot.tsx';

const schemes = [
  { value: 'auto', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const;

export function SettingsPage(): ReactNode {
  const info = useQuery(api.system.info.queryOptions({ input: {} }));
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SettingsScreen title="Settings">
      <div className="settings">
        <section className="card" aria-labelledby="appearance">
          <h2 id="appearance">Appearance</h2>
          <SegmentedControl
            aria-label="Theme"
            data={[...schemes]}
            value={colorScheme}
            onChange={(value) => setColorScheme(value)}
          />
        </section>
        <section className="card" aria-labelledby="about">
          <h2 id="about">This Yudai</h2>
          {info.isPending && <SkeletonRows label="Loading" count={4} />}
          {info.isError && <ErrorPanel error={info.error} onRetry={() => void info.refetch()} />}
          {info.data !== undefined && <About info={info.data} />}
        </section>
        <section className="card" aria-labelledby="shortcuts">
          <h2 id="shortcuts">Keyboard shortcuts</h2>
          <ShortcutList />
        </section>
      </div>
    </SettingsScreen>
  );
}

function About(props: { info: SystemInfo }): ReactNode {
  const { info } = props;
  return (
    <dl className="settings-facts">
      <div>
        <dt>Version</dt>
        <dd className="mono">{info.version}</dd>
      </div>
      <div>
        <dt>Mode</dt>
        <dd>
          {info.mode === 'team' ? (
            'Team: people sign in with GitHub'
          ) : (
            <>
              Local: one owner, no sign-in, this machine only
              <p className="muted">
                Whoever can use this machine is the owner. How to let a team sign in is told in{' '}
                <code className="mono">docs/accounts.md</code>.
              </p>
            </>
          )}
        </dd>
      </div>
      <div>
        <dt>{info.mode === 'team' ? 'You' : 'Owner'}</dt>
        <dd>{info.user.name}</dd>
      </div>
      <div>
        <dt>Database</dt>
        <dd>{info.database === 'embedded' ? 'Embedded, in the data directory' : 'Postgres'}</dd>
      </div>
      <div>
        <dt>Embedder</dt>
        <dd>
          <StateDot tone={info.embedder.configured ? 'success' : 'quiet'}>
            {info.embedder.model ?? (info.embedder.configured ? 'configured' : 'not configured')}
          </StateDot>
          <p className="muted">{info.embedder.hint}</p>
        </dd>
      </div>
    </dl>
  );
}
