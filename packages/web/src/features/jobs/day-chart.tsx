import type { JobsOverview } from '@yudai/contract';
import type { ReactNode } from 'react';

type Day = JobsOverview['perDay'][number];

const height = 96;
const outcomes = [
  { key: 'completed', label: 'done' },
  { key: 'failed', label: 'failed' },
  { key: 'cancelled', label: 'cancelled' },
] as const;

/** Stacked bars, one a day; the same numbers stand in a table for a screen reader. */
export function DayChart(props: { days: readonly Day[] }): ReactNode {
  const { days } = props;
  const highest = Math.max(1, ...days.map(totalOf));
  return (
    <>
      <div className="day-chart" aria-hidden="true">
        <div className="day-scale mono">
          <span>{highest}</span>
          <span>0</span>
        </div>
        {days.map((day) => (
          <div key={day.day} className="day" title={titleOf(day)}>
            <div className="day-bars" style={{ height }}>
              {outcomes.toReversed().map(({ key }) => (
                <span key={key} data-outcome={key} style={{ height: (day[key] / highest) * height }} />
              ))}
            </div>
            <span className="mono">{Number(day.day.slice(8))}</span>
          </div>
        ))}
      </div>
      <p className="day-legend" aria-hidden="true">
        {outcomes.map(({ key, label }) => (
          <span key={key} className="row">
            <i data-outcome={key} /> {label}
          </span>
        ))}
      </p>
      <table className="visually-hidden">
        <caption>Finished jobs per day</caption>
        <thead>
          <tr>
            <th>Day</th>
            {outcomes.map(({ key, label }) => (
              <th key={key}>{label}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.map((day) => (
            <tr key={day.day}>
              <th scope="row">{day.day}</th>
              {outcomes.map(({ key }) => (
                <td key={key}>{day[key]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function totalOf(day: Day): number {
  return day.completed + day.failed + day.cancelled;
}

function titleOf(day: Day): string {
  return `${day.day}: ${outcomes.map(({ key, label }) => `${day[key]} ${label}`).join(', ')}`;
}
