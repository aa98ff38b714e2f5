import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { useAuthStatus } from '#lib/auth-status.ts';
import { links } from '#lib/links.ts';
import { usePageTitle } from '#lib/use-page-title.ts';
import { PageHeader } from '#ui/page-header.tsx';

const exact = { exact: true, includeSearch: false };

/** A page of the settings, under the bar that leads to the others. Without sign-in there is nothing about accounts. */
export function SettingsScreen(props: { title: string; actions?: ReactNode; children: ReactNode }): ReactNode {
  const { title, actions, children } = props;
  usePageTitle(title);
  return (
    <>
      <PageHeader actions={actions}>
        <h1>Settings</h1>
        <SettingsNav />
      </PageHeader>
      {children}
    </>
  );
}

function SettingsNav(): ReactNode {
  const status = useAuthStatus();
  const isTeam = status?.mode === 'team';
  const bar = useRef<HTMLElement>(null);
  // In a narrow window the bar is longer than its line. Browsers answer with a promise, which React would take for the clean-up.
  useEffect(() => {
    const active = bar.current?.querySelector('.active');
    active?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, []);
  return (
    <nav className="section-nav grow" aria-label="Settings" ref={bar}>
      <Link activeOptions={exact} {...links.settings()}>
        General
      </Link>
      {isTeam && (
        <>
          <Link activeOptions={exact} {...links.account()}>
            Account
          </Link>
          <Link activeOptions={exact} {...links.sessions()}>
            Sessions
          </Link>
          <Link activeOptions={exact} {...links.keys()}>
            API keys
          </Link>
        </>
      )}
      <Link activeOptions={exact} {...links.github()}>
        GitHub
      </Link>
      <Link activeOptions={exact} {...links.models()}>
        Models
      </Link>
      {isTeam && status.account?.administrator === true && (
        <Link activeOptions={exact} {...links.people()}>
          People
        </Link>
      )}
      <Link activeOptions={exact} {...links.audit()}>
        Audit log
      </Link>
    </nav>
  );
}
