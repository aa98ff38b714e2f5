import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { may } from '@yudai/contract';
import type { Project, Solve } from '@yudai/contract';
import { ArrowLeft, CircleStop, ExternalLink, GitPullRequestArrow } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { PublishDialog } from '#features/solver/dialogs/publish-dialog.tsx';
import { StopDialog } from '#features/solver/dialogs/stop-dialog.tsx';
import { SolveMenu } from '#features/solver/solve-menu.tsx';
import { costOf, isEnded, stageWords, wordsOf } from '#features/solver/solve-words.ts';
import { formatDuration } from '#lib/format.ts';
import { links } from '#lib/links.ts';
import { useNow } from '#lib/use-now.ts';
import { StateDot } from '#ui/state-dot.tsx';

interface Props {
  project: Project;
  solve: Solve;
  onSolve: (solve: Solve) => void;
}

/** What is solved and how it stands; stop and the way to a pull request are always at the right. */
export function SolveBar({ project, solve, onSolve }: Props): ReactNode {
  const [open, setOpen] = useState<'stop' | 'publish' | null>(null);
  const close = () => setOpen(null);
  const { pullRequest } = solve;
  const { word, tone } = wordsOf(solve);
  const stage =
    solve.status === 'running' && solve.stage !== null ? ` · ${stageWords[solve.stage].name.toLowerCase()}` : '';
  return (
    <div className="issues-bar solve-bar">
      <Link className="row issue-back" {...links.solves(project.id)}>
        <ArrowLeft size={13} aria-hidden="true" />
        Solves
      </Link>
      <h2 className="truncate" title={solve.title}>
        {solve.title}
      </h2>
      <StateDot tone={tone}>
        {word}
        {stage}
        {solve.queuePosition !== null && ` #${solve.queuePosition}`}
      </StateDot>
      <Spent solve={solve} />
      <span className="grow" />
      {!isEnded(solve) && may(project.role, 'solver.run') && (
        <Button
          variant="default"
          leftSection={<CircleStop size={13} aria-hidden="true" />}
          onClick={() => setOpen('stop')}
        >
          Stop
        </Button>
      )}
      {pullRequest !== null && /^https?:\/\//.test(pullRequest.url) && (
        <Button
          component="a"
          variant="default"
          href={pullRequest.url}
          target="_blank"
          rel="noopener noreferrer"
          rightSection={<ExternalLink size={12} aria-hidden="true" />}
        >
          Pull request #{pullRequest.number}
        </Button>
      )}
      {isEnded(solve) && solve.files > 0 && may(project.role, 'solver.publish') && (
        <Button
          variant={solve.outcome === 'solved' && pullRequest === null ? 'filled' : 'default'}
          leftSection={<GitPullRequestArrow size={13} aria-hidden="true" />}
          loading={solve.publishingJobId !== null}
          onClick={() => setOpen('publish')}
        >
          {project.source.kind !== 'github'
            ? 'Get the patch…'
            : pullRequest === null
              ? 'Open pull request…'
              : 'Send again…'}
        </Button>
      )}
      <SolveMenu project={project} solve={solve} />
      <StopDialog solve={solve} opened={open === 'stop'} onClose={close} onSolve={onSolve} />
      <PublishDialog project={project} solve={solve} opened={open === 'publish'} onClose={close} onSolve={onSolve} />
    </div>
  );
}

function Spent({ solve }: { solve: Solve }): ReactNode {
  const now = useNow(1000);
  if (solve.startedAt === null) return null;
  const end = solve.finishedAt === null ? now : new Date(solve.finishedAt).getTime();
  return (
    <span className="mono muted mid-only solve-spent">
      {formatDuration(Math.max(0, end - new Date(solve.startedAt).getTime()))} · {costOf(solve)}
    </span>
  );
}
