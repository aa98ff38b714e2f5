import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { FileTree } from '#features/codebase/tree/file-tree.tsx';
import { api } from '#lib/client.ts';
import { folderOf, nameOf } from '#lib/file-paths.ts';
import { FilterBox } from '#ui/filter-box.tsx';
import { moveFocus } from '#ui/move-focus.ts';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

interface Props {
  projectId: string;
  selected: string | undefined;
  onOpen: (path: string) => void;
}

/** The filter box over the tree; while something is typed, the matching paths stand in the tree's place. */
export function TreePanel(props: Props): ReactNode {
  const [text, setText] = useState('');
  const [query] = useDebouncedValue(text.trim(), 150);
  const list = useRef<HTMLDivElement>(null);
  return (
    <div className="tree-panel">
      <div className="tree-filter">
        <FilterBox label="Filter files" value={text} onChange={setText} list={list} />
      </div>
      {query === '' ? (
        <FileTree {...props} />
      ) : (
        <div className="path-matches" ref={list} onKeyDown={moveFocus}>
          <PathMatches {...props} query={query} />
        </div>
      )}
    </div>
  );
}

function PathMatches(props: Props & { query: string }): ReactNode {
  const result = useQuery(
    api.codebase.search.queryOptions({
      input: { projectId: props.projectId, query: props.query, mode: 'path', limit: 100 },
      placeholderData: (previous) => previous,
    }),
  );
  if (result.isPending) return <SkeletonRows label="Filtering files" />;
  if (result.isError) return <ErrorPanel error={result.error} onRetry={() => void result.refetch()} />;
  const { hits, truncated } = result.data;
  return (
    <>
      <p className="path-count muted" role="status">
        {hits.length === 0 ? `No path matches “${props.query}”` : `${hits.length}${truncated ? '+' : ''} paths`}
      </p>
      {hits.map((hit) => (
        <button
          key={hit.path}
          type="button"
          className="path-match"
          aria-current={hit.path === props.selected || undefined}
          onClick={() => props.onOpen(hit.path)}
        >
          <span className="truncate">{nameOf(hit.path)}</span>
          <span className="truncate muted path-folder">{folderOf(hit.path)}</span>
        </button>
      ))}
    </>
  );
}
