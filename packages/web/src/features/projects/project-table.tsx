import { Tooltip } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Project } from '@yudai/contract';
import { BookMarked, Folder, GitBranch, Globe } from 'lucide-react';
import type { ReactNode } from 'react';
import { ProjectMenu } from '#features/projects/project-menu.tsx';
import { ProjectState } from '#features/projects/project-state.tsx';
import { sourceName } from '#features/projects/source-name.ts';
import { formatAgo, formatCount, formatTime } from '#lib/format.ts';
import { links } from '#lib/links.ts';
import { useNow } from '#lib/use-now.ts';

const sourceKinds = {
  folder: { icon: Folder, label: 'Folder' },
  git: { icon: Globe, label: 'Git address' },
  github: { icon: BookMarked, label: 'Repository on GitHub' },
} as const;

export function ProjectTable(props: { projects: readonly Project[] }): ReactNode {
  const now = useNow();
  return (
    <table className="table projects-table">
      <thead>
        <tr>
          <th>Name</th>
          <th>Status</th>
          <th className="wide-only">Source</th>
          <th className="mid-only">Branch or tag</th>
          <th className="mid-only number">Files</th>
          <th className="wide-only">Indexed</th>
          <th>
            <span className="visually-hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {props.projects.map((project) => (
          <ProjectRow key={project.id} project={project} now={now} />
        ))}
      </tbody>
    </table>
  );
}

function ProjectRow(props: { project: Project; now: number }): ReactNode {
  const { project, now } = props;
  const { icon: SourceIcon, label } = sourceKinds[project.source.kind];
  return (
    <tr>
      <td>
        <Link {...links.workbench(project.id)} className="table-link truncate">
          {project.name}
        </Link>
      </td>
      <td>
        <ProjectState project={project} />
      </td>
      <td className="wide-only">
        <span className="row muted" title={sourceName(project.source)}>
          <SourceIcon size={13} aria-label={label} />
          <span className="mono truncate">{sourceName(project.source)}</span>
        </span>
      </td>
      <td className="mid-only">
        <span className="row muted">
          <GitBranch size={13} aria-hidden="true" />
          <span className={project.ref === null ? 'truncate' : 'mono truncate'}>
            {project.ref ?? followed(project)}
          </span>
        </span>
      </td>
      <td className="mid-only mono number">{project.fileCount === null ? '–' : formatCount(project.fileCount)}</td>
      <td className="wide-only muted">
        {project.indexedAt === null ? (
          'never'
        ) : (
          <Tooltip label={formatTime(project.indexedAt)}>
            <span>{formatAgo(project.indexedAt, now)}</span>
          </Tooltip>
        )}
      </td>
      <td>
        <ProjectMenu project={project} />
      </td>
    </tr>
  );
}

function followed(project: Project): string {
  return project.source.kind === 'folder' ? 'working tree' : 'default branch';
}
