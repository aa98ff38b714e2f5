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
        <p>Yudai does not read or write anything on {host} for you.</p>
      ) : (
        <Connected connection={connection} url={url} webhooks={webhooks} />
      )}
      {connection?.status !== 'ok' && <ConnectPanel host={host} />}
    </section>
  );
}

function Connected(props: { connection: GithubConnection; url: string; webhooks: boolean }): ReactNode {
  const { connection, url, webhooks } = props;
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
        {connection.status === 'ok' ? (
          <StateDot tone="success">Works</StateDot>
        ) : (
          <StateDot tone="danger">Needs you</StateDot>
        )}
      </div>
      {connection.status === 'needs_reauthorization' && (
        <p className="notice" data-tone="danger" role="alert">
          <strong>GitHub does not accept the access any more</strong>
          It has ended or was withdrawn. Until you connect again, private repositories are not fetched and nothing is
          written for you.
        </p>
      )}
      <Facts connection={connection} webhooks={webhooks} />
      <Actions login={connection.login} />
    </>
  );
}

function Facts(props: { connection: GithubConnection; webhooks: boolean }): ReactNode {
  const { scopes, rateLimit, expiresAt, connectedAt, checkedAt } = props.connection;
  const now = useNow();
  const facts: [string, ReactNode][] = [
    ['May', scopes.length === 0 ? 'what the GitHub App was allowed' : scopes.join(', ')],
    [
      'Requests left',
      rateLimit === null
        ? 'not known yet'
        : `${formatCount(rateLimit.left)}, full again ${formatAgo(rateLimit.resetsAt, now)}`,
    ],
    ['Access ends', expiresAt === null ? 'when it is withdrawn' : `${formatAgo(expiresAt, now)}, renewed before`],
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

function Actions(props: { login: string }): ReactNode {
  const queries = useQueryClient();
  const [isLeaving, setLeaving] = useState(false);
  const check = useMutation(
    api.github.check.mutationOptions({
      onSettled: () => queries.invalidateQueries({ queryKey: api.github.status.key() }),
    }),
  );
  return (
    <>
      <div className="row github-actions">
        <Button
          variant="default"
          leftSection={<RotateCw size={13} />}
          loading={check.isPending}
          onClick={() => check.mutate({})}
        >
          Check now
        </Button>
        <Button variant="default" leftSection={<Unplug size={13} />} onClick={() => setLeaving(true)}>
          Disconnect…
        </Button>
        <span role="status" className="muted">
          {check.isSuccess && check.data.status === 'ok' && 'GitHub answers.'}
        </span>
      </div>
      {check.isError && <ErrorLine error={check.error} />}
      <DisconnectDialog login={props.login} opened={isLeaving} onClose={() => setLeaving(false)} />
    </>
  );
}
