import { useQuery } from '@tanstack/react-query';
import type { ModelUsage } from '@yudai/contract';
import type { ReactNode } from 'react';
import { formatCost, formatMoney, roleWords } from '#features/models/words.ts';
import { api } from '#lib/client.ts';
import { formatNoun, formatShort } from '#lib/format.ts';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

const days = 30;

/** Tokens and cost of what the person started, by day, role and model. */
export function UsagePanel(): ReactNode {
  const usage = useQuery(api.models.usage.queryOptions({ input: { days } }));
  return (
    <section className="card model-usage" aria-labelledby="model-usage">
      <h2 id="model-usage">Your last {days} days</h2>
      {usage.isPending && <SkeletonRows label="Loading what was used" count={3} />}
      {usage.isError && <ErrorPanel error={usage.error} onRetry={() => void usage.refetch()} />}
      {usage.data !== undefined && <Usage usage={usage.data} />}
    </section>
  );
}

function Usage(props: { usage: ModelUsage }): ReactNode {
  const { total, rows } = props.usage;
  if (rows.length === 0) return <p className="muted">No model was called.</p>;
  return (
    <>
      <p>
        <span className="bright">{formatMoney(total.costMicros)}</span> in {formatNoun(total.calls, 'call')}, as far as
        prices are known{total.unpriced === 0 ? '.' : `: not those of ${formatNoun(total.unpriced, 'call')}.`}
      </p>
      <table className="table">
        <thead>
          <tr>
            <th>Day</th>
            <th>Model</th>
            <th className="mid-only">Role</th>
            <th className="number mid-only">Calls</th>
            <th className="number mid-only">Tokens in</th>
            <th className="number mid-only">Tokens out</th>
            <th className="number">Cost</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.day} ${row.role} ${row.model}`}>
              <td className="muted">{row.day}</td>
              <td>
                <span className="truncate mono">{row.model}</span>
              </td>
              <td className="mid-only muted">{roleWords[row.role]}</td>
              <td className="number mid-only">{row.calls}</td>
              <td className="number mid-only">{formatShort(row.inputTokens)}</td>
              <td className="number mid-only">{formatShort(row.outputTokens)}</td>
              <td className="number">{formatCost(row)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
