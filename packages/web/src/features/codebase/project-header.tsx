import { ActionIcon } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { may } from '@yudai/contract';
import type { Project } from '@yudai/contract';
import { ChevronRight, GitCommitHorizontal, RotateCw, Users } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import '#features/codebase/project-header.css';
import { PackLink } from '#features/codebase/pack-link.tsx';
import { IndexReport } from '#features/codebase/index-report.tsx';
import { RefPicker } from '#features/codebase/ref-picker.tsx';
import { roleWords } from '#features/projects/members/role-words.ts';
import { useAuthStatus } from '#lib/auth-status.ts';
import { api } from '#lib/client.ts';
import { formatNoun, shortCommit } from '#lib/format.ts';
import { links } from '#lib/links.ts';
import { PageHeader } from '#ui/page-header.tsx';
import { Tip } from '#ui/tip.tsx';
import { useFailureToast } from '#ui/use-failure-toast.ts';

/** The header of every screen about one project: where it stands, its branch, commit and counts. */
export function ProjectHeader(props: { project: Project; page?: string; children?: ReactNode }): ReactNode {
  const { project } = props;
  const queries = useQueryClient();
  const [isReportOpen, setReportOpen] = useState(false);
  const index = useMutation(
    api.codebase.index.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.projects.key() }),
      onError: useFailureToast(),
    }),
  );
  const isTeam = useAuthStatus()?.mode === 'team';
  const mayIndex = may(project.role, 'codebase.index');
  const isBusy = project.activeJobId !== null || index.isPending;
  return (
    <PageHeader
      actions={
        <>
          {props.children}
          {props.page !== 'Search' && <PackLink projectId={project.id} />}
          {mayIndex && (
            <Tip label="Index again">
              <ActionIcon
                aria-label="Index again"
                disabled={isBusy}
                onClick={() => index.mutate({ projectId: project.id })}
              >
                <RotateCw size={14} />
              </ActionIcon>
            </Tip>
          )}
        </>
      }
    >
      <h1 className="truncate">
        <Link {...links.workbench(project.id)}>{project.name}</Link>
        {props.page !== undefined && <span className="visually-hidden"> {props.page}</span>}
      </h1>
      <ChevronRight size={13} className="crumb-arrow" aria-hidden="true" />
      <RefPicker project={project} disabled={isBusy} onPick={(ref) => index.mutate({ projectId: project.id, ref })} />
      {project.commit !== null && (
        <span className="row muted mono header-commit" title={`Indexed at ${project.commit}`}>
          <GitCommitHorizontal size={13} aria-hidden="true" />
          {shortCommit(project.commit)}
        </span>
      )}
      {project.fileCount !== null && (
        <button type="button" className="header-counts" onClick={() => setReportOpen(true)}>
          {formatNoun(project.fileCount, 'file')}
        </button>
      )}
      {isTeam && (
        <Link {...links.members(project.id)} className="chip header-role" title="Members of the project">
          <Users size={12} aria-hidden="true" />
          <span className="visually-hidden">Members. You are </span>
          <span className="header-role-name">{roleWords[project.role]}</span>
        </Link>
      )}
      <IndexReport project={project} opened={isReportOpen} onClose={() => setReportOpen(false)} />
    </PageHeader>
  );
}
