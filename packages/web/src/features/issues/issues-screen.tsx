import { Link } from '@tanstack/react-router';
import type { Project } from '@yudai/contract';
import type { ReactNode } from 'react';
import '#features/issues/issues.css';
import { ProjectScreen } from '#features/codebase/project-screen.tsx';
import { links } from '#lib/links.ts';

const within = { exact: false, includeSearch: false };

interface Props {
  projectId: string;
  page: 'Issues' | 'Ideas';
  /** At the right of the tabs. */
  actions?: (project: Project) => ReactNode;
  children: (project: Project) => ReactNode;
}

/** What the issues and the ideas of a project share: its header, and the tabs that lead from one to the other. */
export function IssuesScreen({ projectId, page, actions, children }: Props): ReactNode {
  return (
    <ProjectScreen projectId={projectId} page={page} isAboutCode={false}>
      {(project) => (
        <>
          <div className="issues-bar">
            <nav className="section-nav grow" aria-label="Issues and ideas">
              <Link activeOptions={within} {...links.issues(projectId)}>
                Issues
              </Link>
              <Link activeOptions={within} {...links.ideas(projectId)}>
                Ideas
              </Link>
            </nav>
            {actions?.(project)}
          </div>
          {children(project)}
        </>
      )}
    </ProjectScreen>
  );
}
