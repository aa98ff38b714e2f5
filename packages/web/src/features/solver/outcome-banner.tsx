import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { may } from '@yudai/contract';
import type { Project, Solve } from '@yudai/contract';
import { CornerDownRight, RotateCw } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { ContinueDialog } from '#features/solver/dialogs/continue-dialog.tsx';
import { outcomeTexts } from '#features/solver/solve-words.ts';
import { api } from '#lib/client.ts';
import { ErrorLine } from '#ui/error-panel.tsx';

interface Props {
  project: Project;
  solve: Solve;
  onSolve: (solve: Solve) => void;
}

/** How the solve ended and why, with what can be done about it; while it waits in the queue, that it does. */
export function OutcomeBanner({ project, solve, onSolve }: Props): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const { outcome, failure } = solve;
  if (outcome === null) return <QueueNote solve={solve} />;
  const { title, text, tone } = outcomeTexts[outcome];
  const mayRun = may(project.role, 'solver.run');
  const isAgain = outcome === 'failed' || outcome === 'cancelled';
  return (
    <section className="solve-outcome" data-tone={tone} aria-label="How it ended">
      <strong>{title}</strong>
      {solve.reason !== '' && <p>{solve.reason}</p>}
      {failure !== null && failure.message !== solve.reason && <p>{failure.message}</p>}
      <p className="muted">{text}</p>
      {mayRun && (
        <div className="row">
          {isAgain && solve.jobId !== null && <RetryButton solve={solve} jobId={solve.jobId} onSolve={onSolve} />}
          {outcome !== 'failed' && (
            <Button
              variant={outcome === 'unsolved' || outcome === 'needs_input' ? 'filled' : 'default'}
              leftSection={<CornerDownRight size={13} aria-hidden="true" />}
              onClick={() => setOpen(true)}
            >
              Go on with a note…
            </Button>
          )}
        </div>
      )}
      <ContinueDialog solve={solve} opened={isOpen} onClose={() => setOpen(false)} />
    </section>
  );
}

function QueueNote({ solve }: { solve: Solve }): ReactNode {
  if (solve.status !== 'queued') return null;
  return (
    <section className="solve-outcome" aria-label="In the queue">
      <strong>
        {solve.queuePosition === null ? 'It is about to begin' : `Place ${solve.queuePosition} in the queue`}
      </strong>
      <p className="muted">
        It begins by itself when a solve before it has ended. You can leave this page; nothing is lost.
      </p>
    </section>
  );
}

/** The same solve once more, from what it has kept. */
function RetryButton({ solve, jobId, onSolve }: { solve: Solve; jobId: string; onSolve: Props['onSolve'] }): ReactNode {
  const queries = useQueryClient();
  const retry = useMutation(
    api.jobs.retry.mutationOptions({
      onSuccess: async () => {
        const { projectId, id } = solve;
        onSolve(
          await queries.fetchQuery({ ...api.solver.get.queryOptions({ input: { projectId, id } }), staleTime: 0 }),
        );
        await queries.invalidateQueries({ queryKey: api.solver.list.key() });
      },
    }),
  );
  return (
    <>
      <Button
        leftSection={<RotateCw size={13} aria-hidden="true" />}
        loading={retry.isPending}
        onClick={() => retry.mutate({ id: jobId })}
      >
        Try again
      </Button>
      {retry.isError && <ErrorLine error={retry.error} />}
    </>
  );
}
