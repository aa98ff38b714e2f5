import { useQuery } from '@tanstack/react-query';
import type { GithubInstallation } from '@yudai/contract';
import { ExternalLink } from 'lucide-react';
import type { ReactNode } from 'react';
import { api } from '#lib/client.ts';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

/** Where the GitHub App is installed, among the accounts that the person sees. */
export function InstallationsPanel(): ReactNode {
  const list = useQuery(api.github.installations.queryOptions({ input: {}, retry: false }));
  return (
    <section className="card" aria-labelledby="github-app">
      <h2 id="github-app">Installations of the GitHub App</h2>
      {list.isPending && <SkeletonRows label="Loading the installations" count={2} />}
      {list.isError && <ErrorPanel error={list.error} onRetry={() => void list.refetch()} />}
      {list.data?.items.length === 0 && (
        <p className="muted">
          The App is not installed on any account that you see: nothing there announces its pushes.
        </p>
      )}
      <ul className="github-installations">
        {list.data?.items.map((installation) => (
          <InstallationRow key={installation.id} installation={installation} />
        ))}
      </ul>
    </section>
  );
}

function InstallationRow(props: { installation: GithubInstallation }): ReactNode {
  const { account, selection, permissions, url } = props.installation;
  const rights = Object.entries(permissions).map(([name, level]) => `${name.replaceAll('_', ' ')}: ${level}`);
  return (
    <li>
      <a href={url} target="_blank" rel="noreferrer" className="row bright">
        {account}
        <ExternalLink size={12} aria-label="opens on GitHub" />
      </a>
      <p>{selection === 'all' ? 'All its repositories' : 'Chosen repositories'}</p>
      <p className="muted">{rights.join(', ')}</p>
    </li>
  );
}
