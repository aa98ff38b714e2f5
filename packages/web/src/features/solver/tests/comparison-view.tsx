import type { SolveTestComparison } from '@yudai/contract';
import type { ReactNode } from 'react';
import { formatCount } from '#lib/format.ts';
import type { Tone } from '#ui/state-dot.tsx';
import { StateDot } from '#ui/state-dot.tsx';

const lists: readonly { readonly key: ListKey; readonly title: string; readonly tone: Tone }[] = [
  { key: 'newFailures', title: 'Fail now and did not before', tone: 'danger' },
  { key: 'silenced', title: 'Skipped now and not before', tone: 'danger' },
  { key: 'vanished', title: 'Gone', tone: 'danger' },
  { key: 'unsteady', title: 'Failed at first, passed when run again', tone: 'warning' },
  { key: 'stillFailing', title: 'Fail as before', tone: 'warning' },
  { key: 'fixed', title: 'Pass now and did not before', tone: 'success' },
  { key: 'added', title: 'New', tone: 'success' },
];
type ListKey = 'newFailures' | 'unsteady' | 'silenced' | 'vanished' | 'stillFailing' | 'fixed' | 'added';

/** The counts of both runs, and by name each test whose outcome is worth a look. */
export function ComparisonView({ comparison }: { comparison: SolveTestComparison }): ReactNode {
  return (
    <>
      <table className="table solve-counts">
        <thead>
          <tr>
            <th />
            <th className="number">Passed</th>
            <th className="number">Failed</th>
            <th className="number">Skipped</th>
          </tr>
        </thead>
        <tbody>
          <Counts name="Before" counts={comparison.before} />
          <Counts name="After" counts={comparison.after} />
        </tbody>
      </table>
      {lists.map(({ key, title, tone }) => (
        <Names key={key} title={title} tone={tone} names={comparison[key] ?? []} />
      ))}
    </>
  );
}

function Counts(props: { name: string; counts: SolveTestComparison['before'] }): ReactNode {
  const { name, counts } = props;
  return (
    <tr>
      <th scope="row">{name}</th>
      {counts === null ? (
        <td colSpan={3} className="muted">
          not run, or not to be read
        </td>
      ) : (
        <>
          <td className="number mono">{formatCount(counts.passed)}</td>
          <td className="number mono">{formatCount(counts.failed)}</td>
          <td className="number mono">{formatCount(counts.skipped)}</td>
        </>
      )}
    </tr>
  );
}

/** Bad news is open; what is as it should be opens on demand. */
function Names(props: { title: string; tone: Tone; names: readonly string[] }): ReactNode {
  const { title, tone, names } = props;
  if (names.length === 0) return null;
  return (
    <details className="solve-names" open={tone === 'danger'}>
      <summary>
        <StateDot tone={tone}>{title}</StateDot> <span className="mono muted">{formatCount(names.length)}</span>
      </summary>
      <ul>
        {names.map((name) => (
          <li key={name} className="mono">
            {name}
          </li>
        ))}
      </ul>
    </details>
  );
}
