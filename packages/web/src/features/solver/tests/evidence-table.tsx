import type { SolveEvidence } from '@yudai/contract';
import type { ReactNode } from 'react';
import { shortCommand } from '#features/solver/commands.ts';
import { checkWords, stageWords, testsOf, verdictWords } from '#features/solver/solve-words.ts';
import { formatDuration } from '#lib/format.ts';
import { StateDot } from '#ui/state-dot.tsx';
import type { Tone } from '#ui/state-dot.tsx';

const whenWords = { before: 'before the change', after: 'after the change', during: 'while it was made' } as const;

/** Everything that really happened, oldest first. */
export function EvidenceTable(props: { records: readonly SolveEvidence[]; onOpen: (id: string) => void }): ReactNode {
  if (props.records.length === 0) return <p className="muted">Nothing has run yet.</p>;
  return (
    <table className="table solve-records">
      <thead>
        <tr>
          <th>What</th>
          <th>Verdict</th>
          <th className="mid-only">When</th>
          <th className="mid-only number">Time</th>
        </tr>
      </thead>
      <tbody>
        {props.records.map((record) => (
          <tr key={record.id}>
            <td>
              <button type="button" className="table-link truncate" onClick={() => props.onOpen(record.id)}>
                {record.check !== null && `${checkWords[record.check]}: `}
                <span className="mono">{nameOf(record)}</span>
              </button>
            </td>
            <td>
              <StateDot tone={verdictOf(record).tone}>
                {verdictOf(record).word}
                {record.tests !== null && <span className="muted mid-only"> {testsOf(record.tests)}</span>}
              </StateDot>
            </td>
            <td className="mid-only muted truncate">{whenOf(record)}</td>
            <td className="mid-only mono number">
              {record.durationMs === null ? '–' : formatDuration(record.durationMs)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** An edit has no verdict: that it was made is all that it says. */
export function verdictOf({ kind, verdict }: SolveEvidence): { readonly word: string; readonly tone: Tone } {
  return kind === 'edit' || kind === 'file' ? { word: 'recorded', tone: 'quiet' } : verdictWords[verdict];
}

/** What a record is about: its command, or the files. */
export function nameOf(record: SolveEvidence): string {
  if (record.command !== null) return shortCommand(record.command).split('\n', 1)[0] ?? '';
  const files = Object.keys(record.fileHashes);
  return files.length === 0 ? record.kind : `${record.kind} of ${files.slice(0, 3).join(', ')}`;
}

export function whenOf({ stage, when, attempt }: SolveEvidence): string {
  const of = attempt > 1 ? `, attempt ${attempt}` : '';
  return `${stageWords[stage].name}${of}${when === null ? '' : `, ${whenWords[when]}`}`;
}
