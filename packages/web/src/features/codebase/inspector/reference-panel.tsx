import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api } from '#lib/client.ts';
import { nameOf } from '#lib/file-paths.ts';
import type { LineRange } from '#lib/search-params.ts';
import { moveFocus } from '#ui/move-focus.ts';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { ShowMore } from '#ui/show-more.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

interface Props {
  projectId: string;
  name: string | null;
  onOpen: (path: string, lines: LineRange | null) => void;
}

/** Where a name is used, its definitions first. */
export function ReferencePanel(props: Props): ReactNode {
  const { projectId, name } = props;
  const found = useInfiniteQuery(
    api.codebase.references.infiniteOptions({
      input: (cursor: string | undefined) => ({
        projectId,
        name: name ?? '',
        ...(cursor === undefined ? {} : { cursor }),
      }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      enabled: name !== null,
    }),
  );
  if (name === null) return <p className="inspector-note">Click a name in the code to see where it is used.</p>;
  if (found.isPending) return <SkeletonRows label="Loading references" />;
  if (found.isError) return <ErrorPanel error={found.error} onRetry={() => void found.refetch()} />;
  const references = found.data.pages
    .flatMap((page) => page.items)
    .toSorted((a, b) => Number(b.definition) - Number(a.definition));
  return (
    <>
      <p className="inspector-note" role="status">
        <code className="mono">{name}</code> in {references.length}
        {found.hasNextPage && '+'} {references.length === 1 ? 'place' : 'places'}
      </p>
      <div className="references" onKeyDown={moveFocus}>
        {references.map((reference) => (
          <button
            key={`${reference.path} ${reference.line} ${reference.column}`}
            type="button"
            title={`${reference.path}:${reference.line}`}
            onClick={() => props.onOpen(reference.path, { start: reference.line, end: reference.line })}
          >
            <span className="row">
              <span className="mono truncate grow">
                {nameOf(reference.path)}:{reference.line}
              </span>
              {reference.definition && <span className="muted">definition</span>}
            </span>
            <code className="mono muted truncate">{reference.text.trim()}</code>
          </button>
        ))}
        <ShowMore list={found} />
      </div>
    </>
  );
}
