import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { SkipReason } from '@yudai/contract';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { skipCounts } from '#features/codebase/skip-counts.ts';
import { skipWords } from '#features/codebase/skip-words.ts';
import { api } from '#lib/client.ts';
import { formatBytes, formatCount } from '#lib/format.ts';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { ShowMore } from '#ui/show-more.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

/** Files that are listed but not indexed, in pages, all of them or those of one reason. */
export function SkippedFiles(props: { projectId: string }): ReactNode {
  const [reason, setReason] = useState<SkipReason | null>(null);
  return (
    <>
      <ReasonFilter projectId={props.projectId} reason={reason} onReason={setReason} />
      {reason !== null && <p className="muted skipped-why">{skipWords[reason].why}</p>}
      <SkippedList projectId={props.projectId} reason={reason} />
    </>
  );
}

interface FilterProps {
  projectId: string;
  reason: SkipReason | null;
  onReason: (reason: SkipReason | null) => void;
}

/** One button for each reason of the newest run, with how many files it left out. */
function ReasonFilter(props: FilterProps): ReactNode {
  const runs = useQuery(api.codebase.analyses.queryOptions({ input: { projectId: props.projectId } }));
  const counts = skipCounts(runs.data?.items ?? []);
  if (counts === null || counts.total === 0) return null;
  const choices = [{ reason: null, count: counts.total }, ...counts.reasons];
  return (
    <div className="skipped-filter" role="group" aria-label="Show skipped files by reason">
      {choices.map(({ reason, count }) => (
        <button
          key={reason ?? 'all'}
          type="button"
          className="chip"
          aria-pressed={reason === props.reason}
          onClick={() => props.onReason(reason)}
        >
          {reason === null ? 'All' : skipWords[reason].title}
          <span className="mono muted">{formatCount(count)}</span>
        </button>
      ))}
    </div>
  );
}

function SkippedList(props: { projectId: string; reason: SkipReason | null }): ReactNode {
  const { projectId, reason } = props;
  const files = useInfiniteQuery(
    api.codebase.skipped.infiniteOptions({
      input: (cursor: string | undefined) => ({
        projectId,
        limit: 100,
        ...(reason === null ? {} : { reason }),
        ...(cursor === undefined ? {} : { cursor }),
      }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
    }),
  );
  if (files.isPending) return <SkeletonRows label="Loading skipped files" />;
  if (files.isError) return <ErrorPanel error={files.error} onRetry={() => void files.refetch()} />;
  const all = files.data.pages.flatMap((page) => page.items);
  if (all.length === 0) return reason === null ? <p className="muted">Every file is indexed.</p> : null;
  return (
    <>
      <ul className="skipped-list">
        {all.map((file) => (
          <li key={file.path} className="row">
            <span className="mono truncate-start grow" title={file.path}>
              <bdi>{file.path}</bdi>
            </span>
            {reason === null && <span className="muted">{skipWords[file.reason].badge}</span>}
            <span className="mono muted skipped-size">{formatBytes(file.size)}</span>
          </li>
        ))}
      </ul>
      <ShowMore list={files} />
    </>
  );
}
