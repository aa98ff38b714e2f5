import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Project } from '@yudai/contract';
import type { ReactNode } from 'react';
import '#features/codebase/index-banner.css';
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
  const queries = useQueryClient();
  const job = useQuery(api.jobs.get.queryOptions({ input: { id: id ?? '' }, enabled: id !== null }));
  useLive(id === null ? [] : [`job:${id}`]);
  const cancel = useMutation(
    api.jobs.cancel.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.jobs.key() }),
      onError: useFailureToast(),
    }),
  );
  if (id !== null && job.data !== undefined && !isFinished(job.data)) {
    const { title, message, progress, queuePosition, cancelRequested, status } = job.data;
    const waits = queuePosition === null ? 'Waiting to start' : `Waiting; number ${queuePosition} in the queue`;
    return (
      <div className="index-banner">
        <Link {...links.jobs({ job: id })} className="truncate grow">
          <strong>{title}</strong> <span className="muted">{status === 'queued' ? waits : (message ?? 'Working')}</span>
        </Link>
        <ProgressLine value={progress} label={`Progress of ${title}`} />
        <Button
          variant="subtle"
          color="gray"
          size="compact-xs"
          disabled={cancelRequested}
          loading={cancel.isPending}
          onClick={() => cancel.mutate({ id })}
        >
          {cancelRequested ? 'Stopping…' : 'Cancel'}
        </Button>
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
