import { Button, Drawer } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { JobDetail } from '@yudai/contract';
import { CircleStop, FolderGit2, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { elapsedMs } from '#features/jobs/elapsed.ts';
import { JobStatusDot } from '#features/jobs/job-table.tsx';
import { JobQuestions } from '#features/jobs/job-questions.tsx';
import { JobSteps } from '#features/jobs/job-steps.tsx';
import { kindWords } from '#features/jobs/job-words.ts';
import { useJobRefusal } from '#features/jobs/use-job-refusal.ts';
import { api } from '#lib/client.ts';
import { formatCost, formatDuration, formatTime } from '#lib/format.ts';
import { links } from '#lib/links.ts';
import { isFinished } from '#lib/live/reducers.ts';
import { useLive } from '#lib/live/live-provider.tsx';
import { useNow } from '#lib/use-now.ts';
import { ErrorLine, ErrorPanel } from '#ui/error-panel.tsx';
import { LinkButton } from '#ui/link-button.tsx';
import { ProgressLine } from '#ui/progress-line.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

export function JobDrawer(props: {
  jobId: string | undefined;
  onClose: () => void;
  onOpen: (id: string) => void;
}): ReactNode {
  const { jobId } = props;
  const job = useQuery(api.jobs.get.queryOptions({ input: { id: jobId ?? '' }, enabled: jobId !== undefined }));
  useLive(jobId === undefined ? [] : [`job:${jobId}`]);
  return (
    <Drawer
      opened={jobId !== undefined}
      onClose={props.onClose}
      title={job.data?.title ?? 'Job'}
      size={460}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {job.isPending && <SkeletonRows label="Loading the job" />}
      {job.isError && <ErrorPanel error={job.error} onRetry={() => void job.refetch()} />}
      {job.data !== undefined && <JobBody job={job.data} onOpen={props.onOpen} />}
    </Drawer>
  );
}

/** What is known of one job, and what this person may do about it. */
export function JobBody(props: { job: JobDetail; onOpen: (id: string) => void }): ReactNode {
  const { job } = props;
  const refusal = useJobRefusal(job);
  return (
    <div className="job-body">
      <div className="row">
        <JobStatusDot job={job} />
        <span className="grow" />
        <ProgressLine value={job.progress} label={`Progress of ${job.title}`} />
      </div>
      {job.message !== null && !isFinished(job) && <p className="muted">{job.message}</p>}
      {job.error !== null && (
        <div className="error-panel" role="alert">
          <p>{job.error.message}</p>
          <p className="mono muted">{job.error.code}</p>
        </div>
      )}
      <JobActions {...props} isAllowed={refusal === null} />
      {typeof refusal === 'string' && job.status !== 'completed' && <p className="muted">{refusal}</p>}
      {job.status === 'waiting_for_input' && job.questions !== null && (
        <JobQuestions jobId={job.id} questions={job.questions} isAllowed={refusal === null} />
      )}
      <JobFacts job={job} />
      <h2 className="section-title">Steps</h2>
      <JobSteps steps={job.steps} />
      {job.result !== null && Object.keys(job.result).length > 0 && (
        <>
          <h2 className="section-title">Result</h2>
          <pre className="job-result" tabIndex={0} aria-label="Result">
            {JSON.stringify(job.result, null, 2)}
          </pre>
        </>
      )}
    </div>
  );
}

function JobActions(props: { job: JobDetail; isAllowed: boolean; onOpen: (id: string) => void }): ReactNode {
  const { job, isAllowed } = props;
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: api.jobs.key() });
  const cancel = useMutation(api.jobs.cancel.mutationOptions({ onSuccess: refresh }));
  const retry = useMutation(
    api.jobs.retry.mutationOptions({
      onSuccess: (again) => {
        props.onOpen(again.id);
        return refresh();
      },
    }),
  );
  const error = cancel.error ?? retry.error;
  return (
    <>
      <div className="row">
        {isAllowed && !isFinished(job) && (
          <Button
            variant="default"
            leftSection={<CircleStop size={14} />}
            disabled={job.cancelRequested}
            loading={cancel.isPending}
            onClick={() => cancel.mutate({ id: job.id })}
          >
            {job.cancelRequested ? 'Stopping…' : 'Cancel'}
          </Button>
        )}
        {isAllowed && (job.status === 'failed' || job.status === 'cancelled') && (
          <Button
            leftSection={<RotateCw size={14} />}
            loading={retry.isPending}
            onClick={() => retry.mutate({ id: job.id })}
          >
            Try again
          </Button>
        )}
        {job.projectId !== null && (
          <LinkButton variant="default" leftSection={<FolderGit2 size={14} />} {...links.workbench(job.projectId)}>
            Open project
          </LinkButton>
        )}
      </div>
      {error !== null && <ErrorLine error={error} />}
    </>
  );
}

function JobFacts(props: { job: JobDetail }): ReactNode {
  const { job } = props;
  const now = useNow(1000);
  const facts: [string, string][] = [
    ['Kind', kindWords[job.kind]],
    ['Attempt', String(job.attempt)],
    ['Created', formatTime(job.createdAt)],
    ['Time', job.startedAt === null ? 'not started' : formatDuration(elapsedMs(job, now))],
    ['Cost', formatCost(job.costMicros) + (job.budgetMicros === null ? '' : ` of ${formatCost(job.budgetMicros)}`)],
    ['Id', job.id],
  ];
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className="mono">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
