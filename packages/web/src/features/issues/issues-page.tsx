import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { may } from '@yudai/contract';
import type { Id, IssueHead, Project } from '@yudai/contract';
import { CircleDot, SearchX } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { IssuesScreen } from '#features/issues/issues-screen.tsx';
import { BulkBar } from '#features/issues/list/bulk-bar.tsx';
import { IssueFilters } from '#features/issues/list/issue-filters.tsx';
import { IssueTable } from '#features/issues/list/issue-table.tsx';
import { NewIssueButton } from '#features/issues/list/new-issue-button.tsx';
import { useIssues } from '#features/issues/list/use-issues.ts';
import { usePeople } from '#features/issues/use-people.ts';
import { StartDialog } from '#features/solver/start/start-dialog.tsx';
import { useAuthStatus } from '#lib/auth-status.ts';
import { api } from '#lib/client.ts';
import { formatCount } from '#lib/format.ts';
import type { IssuesSearch } from '#lib/search-params.ts';
import { Empty } from '#ui/empty.tsx';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

const route = getRouteApi('/projects/$projectId/issues');

/** The issues of a project that were written with Yudai. */
export function IssuesPage(): ReactNode {
  const { projectId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <IssuesScreen
      projectId={projectId}
      page="Issues"
      actions={(project) => may(project.role, 'issues.write') && <NewIssueButton project={project} />}
    >
      {(project) => (
        <IssueList
          key={projectId}
          project={project}
          search={search}
          onSearch={(next) => void navigate({ search: next, replace: true })}
        />
      )}
    </IssuesScreen>
  );
}

interface Props {
  project: Project;
  search: IssuesSearch;
  onSearch: (next: IssuesSearch) => void;
}

/** The list below its filters, and what can be done with the issues that are picked in it. */
export function IssueList({ project, search, onSearch }: Props): ReactNode {
  const [picked, setPicked] = useState<ReadonlySet<Id<'issue'>>>(new Set());
  const [solving, setSolving] = useState<IssueHead | null>(null);
  const list = useIssues(project.id, search);
  const statistics = useQuery(api.issues.statistics.queryOptions({ input: { projectId: project.id } }));
  const nameOf = usePeople(project);
  const isTeam = useAuthStatus()?.mode === 'team';
  const mayWrite = may(project.role, 'issues.write');
  const issues = list.data?.pages.flatMap((page) => page.items) ?? [];
  const total = list.data?.pages[0]?.total ?? 0;
  const pick = (ids: readonly Id<'issue'>[], isPicked: boolean) =>
    setPicked((before) => {
      const rest = [...before].filter((id) => !ids.includes(id));
      return new Set(isPicked ? [...rest, ...ids] : rest);
    });
  return (
    <>
      <IssueFilters project={project} search={search} statistics={statistics.data} onSearch={onSearch} />
      {mayWrite && (
        <BulkBar
          project={project}
          issues={issues.filter(({ id }) => picked.has(id))}
          isArchive={search.archived === true}
          onDone={(left) => setPicked(new Set(left))}
          onClear={() => setPicked(new Set())}
        />
      )}
      <div className="page-scroll" tabIndex={-1}>
        {list.isPending ? (
          <SkeletonRows label="Loading the issues" />
        ) : list.isError ? (
          <ErrorPanel error={list.error} onRetry={() => void list.refetch()} />
        ) : issues.length === 0 ? (
          <Nothing project={project} isFiltered={Object.keys(search).length > 0} mayWrite={mayWrite} />
        ) : (
          <IssueTable
            issues={issues}
            picked={mayWrite ? picked : null}
            onPick={pick}
            nameOf={isTeam ? nameOf : null}
            onSolve={may(project.role, 'solver.run') ? setSolving : null}
          />
        )}
        {list.hasNextPage && (
          <Button
            variant="subtle"
            color="gray"
            m={8}
            loading={list.isFetchingNextPage}
            onClick={() => void list.fetchNextPage()}
          >
            Show more: {formatCount(issues.length)} of {formatCount(total)}
          </Button>
        )}
      </div>
      <StartDialog project={project} issue={solving} onClose={() => setSolving(null)} />
    </>
  );
}

function Nothing(props: { project: Project; isFiltered: boolean; mayWrite: boolean }): ReactNode {
  if (props.isFiltered) return <Empty icon={SearchX} title="No issue matches these filters" />;
  return (
    <Empty
      icon={CircleDot}
      title="No issues yet"
      text={
        props.mayWrite
          ? 'Write down what is wrong or wanted, or have it drafted from a wish, a conversation or cards. It stays here until you publish it.'
          : 'Members of the project write issues here before they are on GitHub.'
      }
    >
      {props.mayWrite && <NewIssueButton project={props.project} />}
    </Empty>
  );
}
