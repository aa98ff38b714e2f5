import { Link } from '@tanstack/react-router';
import type { Project } from '@yudai/contract';
import type { ReactNode } from 'react';
import '#features/issues/issue.css';
import '#features/issues/issues.css';
import '#features/jobs/jobs.css';
import '#features/solver/solver.css';
import { ProjectScreen } from '#features/codebase/project-screen.tsx';
import { links } from '#lib/links.ts';

const within = { exact: false, includeSearch: false };

interface Props {
  projectId: string;
  page: 'Solves' | 'Solving';
  children: (project: Project) => ReactNode;
}

/** What the solves of a project and how it is solved share: the header, and the tabs that lead from one to the other. */
export function SolvesScreen({ projectId, page, children }: Props): ReactNode {
  return (
    <ProjectScreen projectId={projectId} page={page} isAboutCode={false}>
      {(project) => (
        <>
          <div className="issues-bar">
            <nav className="section-nav grow" aria-label="Solves and their settings">
              <Link activeOptions={within} {...links.solves(projectId)}>
                Solves
              </Link>
              <Link activeOptions={within} {...links.solving(projectId)}>
                How it is solved
              </Link>
            </nav>
          </div>
          {children(project)}
        </>
      )}
    </ProjectScreen>
  );
}
