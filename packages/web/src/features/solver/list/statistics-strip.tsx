import type { SolveStatistics } from '@yudai/contract';
import type { ReactNode } from 'react';
import { formatCost, formatCount, formatDuration, formatNoun } from '#lib/format.ts';

/** What solving has brought and cost, counted from what was recorded. */
export function StatisticsStrip({ statistics }: { statistics: SolveStatistics }): ReactNode {
  const { byOutcome, solvedPercent, tests, pullRequests } = statistics;
  const ended = byOutcome.solved + byOutcome.unsolved;
  const tiles: readonly Tile[] = [
    {
      name: 'Solved',
      value: solvedPercent === null ? '–' : `${Math.round(solvedPercent)} %`,
      note: ended === 0 ? 'none has ended yet' : `${byOutcome.solved} of ${ended}`,
    },
    {
      name: 'Pull requests',
      value: formatCount(pullRequests.open + pullRequests.merged + pullRequests.closed),
      note: `${formatCount(pullRequests.merged)} merged`,
    },
    {
      name: 'Tests after',
      value: formatCount(tests.passed),
      note: `${formatCount(tests.failed)} failed`,
    },
    {
      name: 'Lines',
      value: `+${formatCount(statistics.additions)}`,
      note: `−${formatCount(statistics.deletions)}`,
    },
    { name: 'Steps', value: formatCount(statistics.steps), note: `${formatCount(statistics.edits)} edits` },
    {
      name: 'Cost',
      value: formatCost(statistics.costMicros),
      note:
        statistics.unpricedSolves === 0
          ? formatNoun(statistics.total, 'solve')
          : `at least: ${formatNoun(statistics.unpricedSolves, 'solve')} of unknown price`,
    },
    {
      name: 'Median time',
      value: statistics.durationMs.median === null ? '–' : formatDuration(statistics.durationMs.median),
      note: `${formatDuration(statistics.durationMs.total)} in all`,
    },
  ];
  return (
    <dl className="solve-strip">
      {tiles.map(({ name, value, note }) => (
        <div key={name}>
          <dt className="muted">{name}</dt>
          <dd>
            <span className="solve-strip-value mono">{value}</span>
            <span className="muted"> {note}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

interface Tile {
  readonly name: string;
  readonly value: string;
  readonly note: string;
}
