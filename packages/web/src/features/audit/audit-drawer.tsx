import { Drawer } from '@mantine/core';
import type { AuditEntry } from '@yudai/contract';
import type { ReactNode } from 'react';
import { kindOf, viaWords, wordsOf } from '#features/audit/action-words.ts';
import { formatTime } from '#lib/format.ts';

/** Everything that was written down of one deed. */
export function AuditDrawer(props: { entry: AuditEntry | null; onClose: () => void }): ReactNode {
  const { entry } = props;
  return (
    <Drawer
      opened={entry !== null}
      onClose={props.onClose}
      title={entry === null ? 'Entry' : wordsOf(entry.action)}
      size={460}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {entry !== null && <EntryBody entry={entry} />}
    </Drawer>
  );
}

function EntryBody({ entry }: { entry: AuditEntry }): ReactNode {
  const { actor, target, names } = entry;
  const facts: [string, ReactNode][] = [
    ['Entry', String(entry.seq)],
    ['When', `${formatTime(entry.at)} (${entry.at})`],
    ['Action', entry.action],
    ['Person', <Named key="person" name={`${actor.name}, ${viaWords[actor.via]}`} id={actor.id} />],
    ['On', target === null ? '–' : <Named key="on" name={names.target} id={target.id} kind={kindOf(target.kind)} />],
    ['Project', <Named key="project" name={names.project} id={entry.projectId} />],
    [
      'From',
      <span key="from" className="mono">
        {entry.address ?? '–'}
      </span>,
    ],
    [
      'Request',
      <span key="request" className="mono">
        {entry.requestId ?? '–'}
      </span>,
    ],
  ];
  return (
    <div className="audit-body">
      <dl className="audit-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <h2 className="section-title">Details</h2>
      {Object.keys(entry.details).length === 0 ? (
        <p className="muted">There are none.</p>
      ) : (
        <pre className="audit-details" tabIndex={0} aria-label="Details">
          {JSON.stringify(entry.details, null, 2)}
        </pre>
      )}
    </div>
  );
}

/** A name with the id under it; where the log knows no name, the id alone. */
function Named(props: { name: string | null; id: string | null; kind?: string }): ReactNode {
  const { name, id, kind } = props;
  if (id === null && name === null) return '–';
  return (
    <>
      {name !== null && <span className="bright">{name}</span>}
      {kind !== undefined && <span className="muted"> {kind}</span>}
      {id !== null && <span className="mono muted audit-id">{id}</span>}
    </>
  );
}
