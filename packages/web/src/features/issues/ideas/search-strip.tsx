import { ActionIcon, Button } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Job } from '@yudai/contract';
import { CircleStop, RotateCw, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { api } from '#lib/client.ts';
import { isFinished } from '#lib/live/reducers.ts';
import { useLive } from '#lib/live/live-provider.tsx';
import { ProgressLine } from '#ui/progress-line.tsx';
import { useFailureToast } from '#ui/use-failure-toast.ts';

/** The person's last search for ideas, while it runs; afterwards only when it failed or found nothing, until that was read. */
export function SearchStrip({ projectId }: { projectId: string }): ReactNode {
  const last = useQuery(api.jobs.list.queryOptions({ input: { projectId, kind: 'issues.ideas', limit: 1 } })).data
    ?.items[0];
  const isRunning = last !== undefined && !isFinished(last);
  useLive(isRunning ? [`job:${last.id}`] : []);
  const id = last?.id;
  const job = useQuery(api.jobs.get.queryOptions({ input: { id: id ?? '' }, enabled: id !== undefined })).data;
  const [read, setRead] = useLocalStorage({ key: 'yudai.ideas-job-read', defaultValue: '' });
  if (job === undefined) return null;
  if (!isFinished(job)) return <Running job={job} />;
  const words = outcomeOf(job);
  if (words === null || read === job.id) return null;
  return (
    <div className="search-strip" data-tone={job.status === 'failed' ? 'danger' : undefined} role="alert">
      <span className="grow">{words}</span>
      <Again job={job} />
      <ActionIcon size={24} aria-label="Hide this" onClick={() => setRead(job.id)}>
        <X size={13} />
      </ActionIcon>
    </div>
  );
}

function Running({ job }: { job: Job }): ReactNode {
  const queries = useQueryClient();
  const cancel = useMutation(
    api.jobs.cancel.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.jobs.key() }),
      onError: useFailureToast(),
    }),
  );
  return (
    <div className="search-strip">
      <span className="truncate grow" role="status">
        {job.message ?? 'Looking for ideas'}
      </span>
      <ProgressLine value={job.progress} label={`Progress of ${job.title}`} />
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        leftSection={<CircleStop size={13} />}
        disabled={job.cancelRequested}
        loading={cancel.isPending}
        onClick={() => cancel.mutate({ id: job.id })}
      >
        {job.cancelRequested ? 'Stopping…' : 'Cancel'}
      </Button>
    </div>
  );
}

function Again({ job }: { job: Job }): ReactNode {
  const queries = useQueryClient();
  const retry = useMutation(
    api.jobs.retry.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.jobs.key() }),
      onError: useFailureToast(),
    }),
  );
  if (job.status !== 'failed') return null;
  return (
    <Button
      variant="default"
      size="compact-sm"
      leftSection={<RotateCw size={13} />}
      loading={retry.isPending}
      onClick={() => retry.mutate({ id: job.id })}
    >
      Try again
    </Button>
  );
}

/** What is to be said of a search that has ended; null when what it found speaks for itself. */
function outcomeOf({ status, error, result }: Job): string | null {
  if (status === 'failed') return error?.message ?? 'The search failed.';
  const found = result?.['ideaIds'];
  if (status === 'completed' && Array.isArray(found) && found.length === 0) {
    return 'Nothing was found that the code shows. Say what to look for, or where.';
  }
  return null;
}
