import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api } from '#lib/client.ts';
import { useLive } from '#lib/live/live-provider.tsx';
import { ProgressLine } from '#ui/progress-line.tsx';

/** How far a job has come that publishes something. */
export function PublishingLine({ jobId }: { jobId: string }): ReactNode {
  const job = useQuery(api.jobs.get.queryOptions({ input: { id: jobId } })).data;
  useLive([`job:${jobId}`]);
  return (
    <p className="row" role="status">
      <span className="grow">{job?.message ?? 'Waiting to start'}</span>
      <ProgressLine value={job?.progress ?? 0} label="Progress of publishing" />
    </p>
  );
}
