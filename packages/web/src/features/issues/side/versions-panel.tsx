import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { Issue, IssueVersion, Project } from '@yudai/contract';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { sourceWords } from '#features/issues/issue-words.ts';
import { VersionDialog } from '#features/issues/side/version-dialog.tsx';
import { usePeople } from '#features/issues/use-people.ts';
import { api } from '#lib/client.ts';
import { formatAgo } from '#lib/format.ts';
import { useNow } from '#lib/use-now.ts';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

interface Props {
  project: Project;
  issue: Issue;
  isDirty: boolean;
  mayWrite: boolean;
}

/** What the issue said before, newest first; each opens beside what it says now. */
export function VersionsPanel(props: Props): ReactNode {
  const { project, issue } = props;
  const [open, setOpen] = useState<number | null>(null);
  const now = useNow();
  const nameOf = usePeople(project);
  const versions = useInfiniteQuery(
    api.issues.versions.infiniteOptions({
      input: (cursor: string | undefined) => ({
        projectId: project.id,
        id: issue.id,
        limit: 10,
        ...(cursor === undefined ? {} : { cursor }),
      }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
    }),
  );
  const items = versions.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className="issue-panel" aria-labelledby="issue-versions">
      <h2 id="issue-versions">Versions</h2>
      {versions.isPending && <SkeletonRows label="Loading the versions" count={3} />}
      {versions.isError && <ErrorPanel error={versions.error} onRetry={() => void versions.refetch()} />}
      <ol className="issue-versions">
        {items.map((version) => (
          <li key={version.version}>
            <button type="button" onClick={() => setOpen(version.version)}>
              <span className="mono">v{version.version}</span>
              <span className="grow truncate">{authorOf(version, nameOf)}</span>
              <span className="muted">
                {version.version === issue.version ? 'now' : formatAgo(version.createdAt, now)}
              </span>
            </button>
          </li>
        ))}
      </ol>
      {versions.hasNextPage && (
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          loading={versions.isFetchingNextPage}
          onClick={() => void versions.fetchNextPage()}
        >
          Show more
        </Button>
      )}
      <VersionDialog {...props} version={open} onClose={() => setOpen(null)} />
    </section>
  );
}

function authorOf({ authorId, source, model }: IssueVersion, nameOf: (id: string | null) => string | null): string {
  if (source === 'model') return model ?? sourceWords.model;
  return [nameOf(authorId), sourceWords[source]].filter((part) => part !== null).join(', ');
}
