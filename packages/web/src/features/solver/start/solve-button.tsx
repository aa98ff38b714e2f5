import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { may } from '@yudai/contract';
import type { Issue, Project } from '@yudai/contract';
import { Eye, Wrench } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { isEnded } from '#features/solver/solve-words.ts';
import { StartDialog } from '#features/solver/start/start-dialog.tsx';
import { api } from '#lib/client.ts';
import { links } from '#lib/links.ts';
import { LinkButton } from '#ui/link-button.tsx';

/** Starts solving an issue, or leads to the solve that is at it. */
export function SolveButton(props: { project: Project; issue: Issue; isDirty: boolean }): ReactNode {
  const { project, issue, isDirty } = props;
  const [isOpen, setOpen] = useState(false);
  const latest = useQuery(
    api.solver.list.queryOptions({ input: { projectId: project.id, issueId: issue.id, limit: 1 } }),
  ).data?.items[0];
  if (latest !== undefined && !isEnded(latest)) {
    return (
      <LinkButton
        variant="default"
        leftSection={<Eye size={13} aria-hidden="true" />}
        {...links.solve(project.id, latest.id)}
      >
        Watch the solve
      </LinkButton>
    );
  }
  if (!may(project.role, 'solver.run') || issue.status === 'closed') return null;
  return (
    <>
      <Button
        variant="default"
        leftSection={<Wrench size={13} aria-hidden="true" />}
        disabled={isDirty || issue.writingJobId !== null}
        title={isDirty ? 'Save what you typed first' : undefined}
        onClick={() => setOpen(true)}
      >
        Solve…
      </Button>
      <StartDialog project={project} issue={isOpen ? issue : null} onClose={() => setOpen(false)} />
    </>
  );
}
