import type { JobsOverview, JobStatus } from '@yudai/contract';
import type { ReactNode } from 'react';
import { DayChart } from '#features/jobs/day-chart.tsx';
import { formatAgo, formatCount } from '#lib/format.ts';
import { useNow } from '#lib/use-now.ts';

const tiles: readonly { status: JobStatus; label: string }[] = [
  { status: 'running', label: 'Running' },
  { status: 'queued', label: 'Queued' },
  { status: 'waiting_for_input', label: 'Waiting for you' },
  { status: 'failed', label: 'Failed' },
];

export function JobsOverviewPanel(props: { overview: JobsOverview; onStatus: (status: JobStatus) => void }): ReactNode {
  const { overview } = props;
  return (
    <>
      <div className="tiles">
        {tiles.map(({ status, label }) => (
          <button
            key={status}
            type="button"
            className="card tile"
            data-alert={status === 'failed' && overview.byStatus.failed > 0 ? true : undefined}
            onClick={() => props.onStatus(status)}
          >
            <span className="muted">{label}</span>
            <span className="tile-number">{formatCount(overview.byStatus[status])}</span>
          </button>
        ))}
        <Workers overview={overview} />
      </div>
      {overview.perDay.length > 0 && (
        <section className="card chart-card" aria-labelledby="per-day">
          <h2 id="per-day">Finished jobs per day</h2>
          <DayChart days={overview.perDay} />
        </section>
      )}
    </>
  );
}

function Workers(props: { overview: JobsOverview }): ReactNode {
  const now = useNow(10_000);
  const { workers } = props.overview;
  const oldest = workers.toSorted((a, b) => a.seenAt.localeCompare(b.seenAt))[0];
  return (
    <div className="card tile">
      <span className="muted">Workers</span>
      <span className="tile-number">{formatCount(workers.length)}</span>
      {oldest !== undefined && <span className="muted tile-note">seen {formatAgo(oldest.seenAt, now)}</span>}
    </div>
  );
}
