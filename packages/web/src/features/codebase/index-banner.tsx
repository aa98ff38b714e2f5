import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Job, Project } from '@yudai/contract';
import type { ReactNode } from 'react';
import '#features/codebase/index-banner.css';
import { useJobRefusal } from '#features/jobs/use-job-refusal.ts';
import { api } from '#lib/client.ts';
import { links } from '#lib/links.ts';
import { isFinished } from '#lib/live/reducers.ts';
import { useLive } from '#lib/live/live-provider.tsx';
import { ProgressLine } from '#ui/progress-line.tsx';
import { useFailureToast } from '#ui/use-failure-toast.ts';

/** While a job works on the project: what it does, how far it is, and a way to stop it. After a failure: why. */
export function IndexBanner(props: { project: Project }): ReactNode {
  const { project } = props;
  const id = project.activeJobId;
  const job = useQuery(api.jobs.get.queryOptions({ input: { id: id ?? '' }, enabled: id !== null }));
  useLive(id === null ? [] : [`job:${id}`]);
  if (id !== null && job.data !== undefined && !isFinished(job.data)) {
    const { title, message, progress, queuePosition, status } = job.data;
    const waits = queuePosition === null ? 'Waiting to start' : `Waiting; number ${queuePosition} in the queue`;
    return (
      <div className="index-banner">
        <Link {...links.jobs({ job: id })} className="truncate grow">
          <strong>{title}</strong> <span className="muted">{status === 'queued' ? waits : (message ?? 'Working')}</span>
        </Link>
        <ProgressLine value={progress} label={`Progress of ${title}`} />
        <CancelButton job={job.data} />
      </div>
    );
  }
  if (project.failure === null) return null;
  return (
    <div className="index-banner" data-tone="danger" role="alert">
      <span className="grow">{project.failure.message}</span>
      <Link {...links.jobs({ status: 'failed' })} className="banner-link">
        Show jobs
      </Link>
    </div>
  );
}

/** Stops the job, for who may; everybody else reads on the page of the job who that is. */
function CancelButton({ job }: { job: Job }): ReactNode {
  const queries = useQueryClient();
  const refusal = useJobRefusal(job);
  const cancel = useMutation(
    api.jobs.cancel.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.jobs.key() }),
      onError: useFailureToast(),
    }),
  );
  if (refusal !== null) return null;
  return (
    <Button
      variant="subtle"
      color="gray"
      size="compact-xs"
      disabled={job.cancelRequested}
      loading={cancel.isPending}
      onClick={() => cancel.mutate({ id: job.id })}
    >
      {job.cancelRequested ? 'Stopping…' : 'Cancel'}
    </Button>
  );
}
