import { FolderX, Hourglass } from 'lucide-react';
import type { Project } from '@yudai/contract';
import type { ReactNode } from 'react';
import { IndexBanner } from '#features/codebase/index-banner.tsx';
import { ProjectHeader } from '#features/codebase/project-header.tsx';
import { useProject } from '#features/codebase/use-project.ts';
import { isNotFound } from '#lib/error-message.ts';
import { links } from '#lib/links.ts';
import { usePageTitle } from '#lib/use-page-title.ts';
import { Empty } from '#ui/empty.tsx';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { LinkButton } from '#ui/link-button.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

interface Props {
  projectId: string;
  page: string;
  actions?: ReactNode;
  children: (project: Project) => ReactNode;
}

/** What the workbench, search and graph share: the project's header and banner, and what shows before it is indexed. */
export function ProjectScreen(props: Props): ReactNode {
  const project = useProject(props.projectId);
  usePageTitle(project.data === undefined ? props.page : `${props.page} · ${project.data.name}`);
  if (project.isPending) return <SkeletonRows label="Loading the project" />;
  if (project.isError && isNotFound(project.error)) {
    return (
      <Empty icon={FolderX} title="There is no such project" text="It may have been deleted.">
        <LinkButton {...links.projects()}>Show projects</LinkButton>
      </Empty>
    );
  }
  if (project.isError) return <ErrorPanel error={project.error} onRetry={() => void project.refetch()} />;
  return (
    <>
      <ProjectHeader project={project.data} page={props.page}>
        {props.actions}
      </ProjectHeader>
      <IndexBanner project={project.data} />
      {project.data.commit === null ? <NotIndexed project={project.data} /> : props.children(project.data)}
    </>
  );
}

function NotIndexed(props: { project: Project }): ReactNode {
  if (props.project.activeJobId !== null || props.project.status === 'connecting') {
    return (
      <Empty
        icon={Hourglass}
        title="Reading the repository"
        text="Files, symbols and search appear when the first index is done. You can leave this page; the work goes on."
      />
    );
  }
  return (
    <Empty
      icon={FolderX}
      title="Nothing is indexed yet"
      text="Index the project again with the button at the top right."
    />
  );
}
