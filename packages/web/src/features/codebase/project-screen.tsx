import { useQuery } from '@tanstack/react-query';
import { FolderX, Hourglass } from 'lucide-react';
import { may } from '@yudai/contract';
import type { Project } from '@yudai/contract';
import type { ReactNode } from 'react';
import { IndexBanner } from '#features/codebase/index-banner.tsx';
import { ProjectHeader } from '#features/codebase/project-header.tsx';
import { useProject } from '#features/codebase/use-project.ts';
import { api } from '#lib/client.ts';
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
  /** False for what is there before anything is indexed. */
  isAboutCode?: boolean;
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
      {project.data.commit === null && props.isAboutCode !== false ? (
        <NotIndexed project={project.data} />
      ) : (
        props.children(project.data)
      )}
    </>
  );
}

function NotIndexed(props: { project: Project }): ReactNode {
  const { project } = props;
  const isWorking = project.activeJobId !== null || project.status === 'connecting';
  const runs = useQuery(
    api.codebase.analyses.queryOptions({ input: { projectId: project.id, limit: 1 }, enabled: !isWorking }),
  );
  if (isWorking) {
    return (
      <Empty
        icon={Hourglass}
        title="Reading the repository"
        text="Files, symbols and search appear when the first index is done. You can leave this page; the work goes on."
      />
    );
  }
  const failure = project.failure ?? runs.data?.items[0]?.failure ?? null;
  return (
    <Empty
      icon={FolderX}
      title={failure === null ? 'Nothing is indexed yet' : 'The index could not be made'}
      text={failure?.message ?? howToIndex(project)}
    >
      <LinkButton variant="default" {...links.jobs()}>
        Show jobs
      </LinkButton>
    </Empty>
  );
}

function howToIndex(project: Project): string {
  return may(project.role, 'codebase.index')
    ? 'Index the project with the button at the top right.'
    : 'Members of the project, and whoever stands above them, can index it.';
}
