import { Drawer } from '@mantine/core';
import type { AuditEntry } from '@yudai/contract';
import type { ReactNode } from 'react';
import { viaWords, wordsOf } from '#features/audit/action-words.ts';
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
  const { actor, target } = entry;
  const facts: [string, string][] = [
    ['Entry', String(entry.seq)],
    ['When', `${formatTime(entry.at)} (${entry.at})`],
    ['Action', entry.action],
    ['Person', `${actor.name}, ${viaWords[actor.via]}`],
    ['Person’s id', actor.id ?? '–'],
    ['On', target === null ? '–' : `${target.kind} ${target.id}`],
    ['Project', entry.projectId ?? '–'],
    ['From', entry.address ?? '–'],
    ['Request', entry.requestId ?? '–'],
  ];
  return (
    <div className="audit-body">
      <dl className="audit-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="mono">{value}</dd>
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
