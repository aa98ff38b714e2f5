import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { flattenTree } from '#features/codebase/tree/flatten-tree.ts';
import type { Folder } from '#features/codebase/tree/flatten-tree.ts';
import { api, client } from '#lib/client.ts';
import { foldersAbove } from '#lib/file-paths.ts';

/** The tree of a project: folders are fetched when they are first opened, long ones in pages. */
export function useTree(projectId: string, selected: string | undefined) {
  const queries = useQueryClient();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [revealed, setRevealed] = useState<string>();
  if (selected !== revealed) {
    setRevealed(selected);
    if (selected !== undefined) setOpen(new Set([...open, ...foldersAbove(selected)]));
  }

  const paths = useMemo(() => ['', ...open], [open]);
  const options = (path: string) =>
    api.codebase.tree.queryOptions({ input: { projectId, path, limit: 500 }, staleTime: Infinity });
  const folders = useQueries({
    queries: paths.map(options),
    combine: (results) =>
      new Map<string, Folder>(
        results.map((result, index) => [
          paths[index] ?? '',
          {
            entries: result.data?.items ?? [],
            nextCursor: result.data?.nextCursor ?? null,
            state: result.isPending ? 'loading' : result.isError ? 'failed' : 'ready',
          },
        ]),
      ),
  });
  const rows = useMemo(() => flattenTree(folders, open), [folders, open]);

  const toggle = useCallback((path: string, isOpen: boolean) => {
    setOpen((known) => {
      const next = new Set(known);
      if (isOpen) next.add(path);
      else next.delete(path);
      return next;
    });
  }, []);
  const retry = (path: string) => void queries.refetchQueries({ queryKey: options(path).queryKey });
  const loadMore = async (path: string, cursor: string) => {
    const page = await client.codebase.tree({ projectId, path, limit: 500, cursor });
    queries.setQueryData(options(path).queryKey, (known) => {
      // Two clicks may have asked for the same page.
      if (known === undefined || known.nextCursor !== cursor) return known;
      return { items: [...known.items, ...page.items], nextCursor: page.nextCursor };
    });
  };
  return { rows, toggle, retry, loadMore };
}
