import { Drawer } from '@mantine/core';
import type { SolveEvidence } from '@yudai/contract';
import type { ReactNode } from 'react';
import { plain } from '#features/solver/commands.ts';
import { testsOf } from '#features/solver/solve-words.ts';
import { nameOf, verdictOf, whenOf } from '#features/solver/tests/evidence-table.tsx';
import { formatDuration, formatTime } from '#lib/format.ts';
import { StateDot } from '#ui/state-dot.tsx';

/** The records behind a claim, whole: command, exit code, what it printed, which tests failed and on which files. */
export function EvidenceDrawer(props: { records: readonly SolveEvidence[]; onClose: () => void }): ReactNode {
  const { records, onClose } = props;
  return (
    <Drawer
      opened={records.length > 0}
      onClose={onClose}
      title={records.length === 1 ? 'Record' : 'Records'}
      size="min(100vw, 560px)"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {records.map((record) => (
        <EvidenceView key={record.id} record={record} />
      ))}
    </Drawer>
  );
}

function EvidenceView({ record }: { record: SolveEvidence }): ReactNode {
  const { word, tone } = verdictOf(record);
  const files = Object.keys(record.fileHashes);
  const facts: [string, string][] = [
    ['When', `${whenOf(record)}, ${formatTime(record.at)}`],
    ...(record.exitCode === null ? [] : [['Exit code', String(record.exitCode)] satisfies [string, string]]),
    ...(record.durationMs === null ? [] : [['Time', formatDuration(record.durationMs)] satisfies [string, string]]),
    ...(record.tests === null ? [] : [['Tests', testsOf(record.tests)] satisfies [string, string]]),
    ['Id', record.id],
  ];
  return (
    <article className="solve-record">
      <h3 className="mono">{nameOf(record)}</h3>
      <p>
        <StateDot tone={tone}>{word}</StateDot> <span className="muted">{record.reason}</span>
      </p>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {record.failing.length > 0 && (
        <>
          <h4 className="section-title">Did not pass</h4>
          <ul className="solve-failing">
            {record.failing.map(({ id, name, outcome, message }) => (
              <li key={id}>
                <span className="mono">{name}</span> <span className="muted">{outcome}</span>
                {message !== null && <pre>{plain(message)}</pre>}
              </li>
            ))}
          </ul>
        </>
      )}
      {record.output !== '' && (
        <>
          <h4 className="section-title">Beginning and end of what it printed</h4>
          <pre className="job-result" tabIndex={0} aria-label="What it printed">
            {plain(record.output)}
          </pre>
        </>
      )}
      {files.length > 0 && (
        <details>
          <summary className="muted">Files as they were then</summary>
          <ul className="solve-hashes">
            {files.map((path) => (
              <li key={path} className="mono">
                {path} <span className="muted">{record.fileHashes[path]?.slice(0, 12) ?? 'not there'}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </article>
  );
}
