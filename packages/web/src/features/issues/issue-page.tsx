import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Project } from '@yudai/contract';
import { CircleOff } from 'lucide-react';
import type { ReactNode } from 'react';
import '#features/issues/issues.css';
import '#features/issues/issue.css';
import { ProjectScreen } from '#features/codebase/project-screen.tsx';
import { IssueView } from '#features/issues/issue-view.tsx';
import { api } from '#lib/client.ts';
import { isNotFound } from '#lib/error-message.ts';
import { links } from '#lib/links.ts';
import { Empty } from '#ui/empty.tsx';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { LinkButton } from '#ui/link-button.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

const route = getRouteApi('/projects/$projectId/issues/$issueId');

/** One issue, to read, write and publish. */
export function IssuePage(): ReactNode {
  const { projectId, issueId } = route.useParams();
  return (
    <ProjectScreen projectId={projectId} page="Issue" isAboutCode={false}>
      {(project) => <LoadedIssue key={issueId} project={project} issueId={issueId} />}
    </ProjectScreen>
  );
}

function LoadedIssue({ project, issueId }: { project: Project; issueId: string }): ReactNode {
  const issue = useQuery(api.issues.get.queryOptions({ input: { projectId: project.id, id: issueId } }));
  if (issue.isPending) return <SkeletonRows label="Loading the issue" />;
  if (issue.isError && isNotFound(issue.error)) {
    return (
      <Empty icon={CircleOff} title="There is no such issue" text="It may have been deleted.">
        <LinkButton {...links.issues(project.id)}>Show issues</LinkButton>
      </Empty>
    );
  }
  if (issue.isError) return <ErrorPanel error={issue.error} onRetry={() => void issue.refetch()} />;
  return <IssueView project={project} issue={issue.data} />;
}
