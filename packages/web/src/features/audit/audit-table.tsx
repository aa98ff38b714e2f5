import { useInfiniteQuery } from '@tanstack/react-query';
import type { AuditEntry } from '@yudai/contract';
import { ScrollText } from 'lucide-react';
import type { ReactNode } from 'react';
import { viaWords, wordsOf } from '#features/audit/action-words.ts';
import { NamedTarget } from '#features/audit/named-target.tsx';
import type { AuditFilter } from '#features/audit/filter-of.ts';
import { api } from '#lib/client.ts';
import { formatTime } from '#lib/format.ts';
import { Empty } from '#ui/empty.tsx';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { ShowMore } from '#ui/show-more.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

export function AuditTable(props: { filter: AuditFilter; onOpen: (entry: AuditEntry) => void }): ReactNode {
  const { filter } = props;
  const list = useInfiniteQuery(
    api.audit.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...filter, ...(cursor === undefined ? {} : { cursor }) }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      placeholderData: (previous) => previous,
      staleTime: 0,
    }),
  );
  if (list.isPending) return <SkeletonRows label="Loading the audit log" />;
  if (list.isError) return <ErrorPanel error={list.error} onRetry={() => void list.refetch()} />;
  const entries = list.data.pages.flatMap((page) => page.items);
  if (entries.length === 0) {
    const isFiltered = Object.keys(filter).length > 0;
    return <Empty icon={ScrollText} title={isFiltered ? 'Nothing matches these filters' : 'Nothing was done yet'} />;
  }
  return (
    <div className="page-scroll">
      <table className="table audit-table">
        <thead>
          <tr>
            <th>Action</th>
            <th>Person</th>
            <th className="mid-only">On</th>
            <th className="wide-only">From</th>
            <th className="mid-only">When</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <EntryRow key={entry.seq} entry={entry} onOpen={props.onOpen} />
          ))}
        </tbody>
      </table>
      <ShowMore list={list} />
    </div>
  );
}

function EntryRow(props: { entry: AuditEntry; onOpen: (entry: AuditEntry) => void }): ReactNode {
  const { entry } = props;
  return (
    <tr>
      <td>
        <button type="button" className="table-link truncate" onClick={() => props.onOpen(entry)}>
          {wordsOf(entry.action)}
        </button>
        {/* In a narrow window there is no column for it. */}
        <span className="audit-when muted">{formatTime(entry.at)}</span>
      </td>
      <td>
        <span className="row">
          <span className="truncate">{entry.actor.name}</span>
          <span className="truncate muted audit-via">{viaWords[entry.actor.via]}</span>
        </span>
      </td>
      <td className="mid-only">
        <NamedTarget entry={entry} />
      </td>
      <td className="wide-only muted mono">{entry.address ?? '–'}</td>
      <td className="mid-only muted">{formatTime(entry.at)}</td>
    </tr>
  );
}
