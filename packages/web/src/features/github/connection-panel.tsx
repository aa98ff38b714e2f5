import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { GithubConnection, GithubStatus } from '@yudai/contract';
import { RotateCw, Unplug } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { ConnectPanel } from '#features/github/connect-panel.tsx';
import { DisconnectDialog } from '#features/github/disconnect-dialog.tsx';
import { api } from '#lib/client.ts';
import { formatAgo, formatCount, formatTime } from '#lib/format.ts';
import { useNow } from '#lib/use-now.ts';
import { ErrorLine } from '#ui/error-panel.tsx';
import { PersonAvatar } from '#ui/person-avatar.tsx';
import { StateDot } from '#ui/state-dot.tsx';

/** How Yudai reaches GitHub for this person: whether it works, what it may do, and how to mend or end it. */
export function ConnectionPanel(props: { status: GithubStatus }): ReactNode {
  const { url, connection, webhooks } = props.status;
  const host = new URL(url).host;
  return (
    <section className="card" aria-labelledby="github-connection">
      <h2 id="github-connection">Your connection to {host}</h2>
      {connection === null ? (
        <>
          <p>Yudai does not read or write anything on {host} for you.</p>
          <p className="muted">
            Connected, it lists your repositories to pick from, private ones too, and reads their branches, issues and
            pull requests as you.
          </p>
          <ConnectPanel host={host} />
        </>
      ) : (
        <Connected connection={connection} host={host} url={url} webhooks={webhooks} />
      )}
    </section>
  );
}

interface ConnectedProps {
  connection: GithubConnection;
  host: string;
  url: string;
  webhooks: boolean;
}

function Connected({ connection, host, url, webhooks }: ConnectedProps): ReactNode {
  const queries = useQueryClient();
  const check = useMutation(
    api.github.check.mutationOptions({
      onSettled: () => queries.invalidateQueries({ queryKey: api.github.status.key() }),
    }),
  );
  const isOk = connection.status === 'ok';
  return (
    <>
      <div className="github-who">
        <PersonAvatar
          person={{ name: connection.name ?? connection.login, avatarUrl: connection.avatarUrl }}
          size={32}
        />
        <div className="grow">
          <a href={`${url}/${connection.login}`} target="_blank" rel="noreferrer" className="bright">
            {connection.login}
          </a>
          <p className="muted">{connection.name}</p>
        </div>
        {!isOk && <StateDot tone="danger">Needs you</StateDot>}
        {isOk && check.isError && <StateDot tone="warning">Not answering</StateDot>}
        {isOk && !check.isError && <StateDot tone="success">Works</StateDot>}
      </div>
      {!isOk && (
        <>
          <p className="notice" data-tone="danger" role="alert">
            <strong>GitHub does not accept the access any more</strong>
            It has ended or was withdrawn. Until you connect again, private repositories are not fetched and nothing is
            written for you.
          </p>
          <ConnectPanel host={host} />
        </>
      )}
      <Facts connection={connection} webhooks={webhooks} />
      <div className="row github-actions">
        <Button
          variant="default"
          leftSection={<RotateCw size={13} />}
          loading={check.isPending}
          onClick={() => check.mutate({})}
        >
          Check now
        </Button>
        <DisconnectButton login={connection.login} />
        <span role="status" className="muted">
          {check.isSuccess && check.data.status === 'ok' && 'GitHub answers.'}
        </span>
      </div>
      {isOk && check.isError && <ErrorLine error={check.error} />}
    </>
  );
}

function Facts(props: { connection: GithubConnection; webhooks: boolean }): ReactNode {
  const { status, scopes, rateLimit, expiresAt, connectedAt, checkedAt } = props.connection;
  const now = useNow();
  const facts: [string, ReactNode][] = [
    ['May', scopes.length === 0 ? 'what the GitHub App was allowed' : scopes.join(', ')],
    [
      'Requests left',
      rateLimit === null
        ? 'not known yet'
        : `${formatCount(rateLimit.left)}, full again ${formatAgo(rateLimit.resetsAt, now)}`,
    ],
    ['Access ends', status === 'ok' ? endOf(expiresAt, now) : 'has ended'],
    ['Pushes', props.webhooks ? 'announced by webhooks' : 'not announced: no webhook secret is set'],
    ['Connected', formatTime(connectedAt)],
    ['Last checked', checkedAt === null ? 'never' : formatAgo(checkedAt, now)],
  ];
  return (
    <dl className="github-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function endOf(expiresAt: string | null, now: number): string {
  return expiresAt === null ? 'when it is withdrawn' : `${formatAgo(expiresAt, now)}, renewed before`;
}

function DisconnectButton(props: { login: string }): ReactNode {
  const [isLeaving, setLeaving] = useState(false);
  return (
    <>
      <Button variant="default" leftSection={<Unplug size={13} />} onClick={() => setLeaving(true)}>
        Disconnect…
      </Button>
      <DisconnectDialog login={props.login} opened={isLeaving} onClose={() => setLeaving(false)} />
    </>
  );
}
