import { useQuery } from '@tanstack/react-query';
import type { ChatStatistics, Id } from '@yudai/contract';
import type { ReactNode } from 'react';
import { api } from '#lib/client.ts';
import { formatCost, formatCount, formatDuration, formatNoun } from '#lib/format.ts';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

/** What a conversation has used, counted from what was recorded. */
export function Statistics(props: { id: Id<'session'> }): ReactNode {
  const found = useQuery(
    api.chat.statistics.queryOptions({ input: { id: props.id }, staleTime: 0, refetchOnMount: 'always' }),
  );
  if (found.isPending) return <SkeletonRows label="Counting" count={6} />;
  if (found.isError) return <ErrorPanel error={found.error} onRetry={() => void found.refetch()} />;
  return (
    <dl className="facts">
      {rowsOf(found.data).map(([name, value]) => (
        <div key={name}>
          <dt className="muted">{name}</dt>
          <dd className="mono">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function rowsOf(it: ChatStatistics): [string, string][] {
  const unpriced = it.unpricedTurns === 0 ? '' : ` and ${formatNoun(it.unpricedTurns, 'call')} of unknown price`;
  return [
    ['Messages of people', formatCount(it.userMessages)],
    ['Answers', formatCount(it.assistantMessages)],
    ['Failed answers', formatCount(it.failedTurns)],
    ['Tokens read', formatCount(it.inputTokens)],
    ['Tokens written', formatCount(it.outputTokens)],
    ['Cost', `${formatCost(it.costMicros)}${unpriced}`],
    ['Tool calls', formatCount(it.toolCalls)],
    ['Cards', formatCount(it.cards)],
    ['Files cited', formatCount(it.citedFiles)],
    ['Time at work', formatDuration(it.durationMs)],
  ];
}
