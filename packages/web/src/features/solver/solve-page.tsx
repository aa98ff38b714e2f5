import { getRouteApi } from '@tanstack/react-router';
import type { Project } from '@yudai/contract';
import { CircleOff } from 'lucide-react';
import type { ReactNode } from 'react';
import '#features/chat/chat.css';
import '#features/issues/issue.css';
import '#features/issues/issues.css';
import '#features/jobs/jobs.css';
import '#features/solver/solver.css';
import { ProjectScreen } from '#features/codebase/project-screen.tsx';
import { SolveView } from '#features/solver/solve-view.tsx';
import { useRoom } from '#features/solver/use-room.ts';
import { isNotFound } from '#lib/error-message.ts';
import { links } from '#lib/links.ts';
import { withParam } from '#lib/search-params.ts';
import { Empty } from '#ui/empty.tsx';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { LinkButton } from '#ui/link-button.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

const route = getRouteApi('/projects/$projectId/solves/$solveId');

/** One solve: while it goes on, and afterwards step by step. */
export function SolvePage(): ReactNode {
  const { projectId, solveId } = route.useParams();
  return (
    <ProjectScreen projectId={projectId} page="Solve" isAboutCode={false}>
      {(project) => <LoadedSolve key={solveId} project={project} solveId={solveId} />}
    </ProjectScreen>
  );
}

function LoadedSolve({ project, solveId }: { project: Project; solveId: string }): ReactNode {
  const { tab } = route.useSearch();
  const navigate = route.useNavigate();
  const { view, store } = useRoom({ projectId: project.id, id: solveId });
  switch (view.state) {
    case 'loading':
      return <SkeletonRows label="Loading the solve" />;
    case 'failed':
      return isNotFound(view.error) ? (
        <Empty icon={CircleOff} title="There is no such solve" text="It may have been deleted.">
          <LinkButton {...links.solves(project.id)}>Show solves</LinkButton>
        </Empty>
      ) : (
        <ErrorPanel error={view.error} onRetry={() => store.retry()} />
      );
    case 'ready':
      return (
        <SolveView
          project={project}
          room={view.shown}
          tab={tab}
          onTab={(next) => void navigate({ search: (search) => withParam(search, 'tab', next), replace: true })}
          onSolve={(solve) => store.takeSolve(solve)}
        />
      );
  }
}
