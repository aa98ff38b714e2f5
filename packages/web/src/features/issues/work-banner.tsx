import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { may } from '@yudai/contract';
import type { Issue, Job, Project } from '@yudai/contract';
import type { ReactNode } from 'react';
import { useArchitect } from '#features/issues/draft/use-architect.ts';
import { JobQuestions } from '#features/jobs/job-questions.tsx';
import { useJobRefusal } from '#features/jobs/use-job-refusal.ts';
import '#features/jobs/jobs.css';
import { api } from '#lib/client.ts';
import { links } from '#lib/links.ts';
import { isFinished } from '#lib/live/reducers.ts';
import { useLive } from '#lib/live/live-provider.tsx';
import { ErrorLine } from '#ui/error-panel.tsx';
import { ProgressLine } from '#ui/progress-line.tsx';
import { useFailureToast } from '#ui/use-failure-toast.ts';

/** What is being done with the issue, with its questions; after a failure why, and what to do. */
export function WorkBanner(props: { project: Project; issue: Issue; isDirty: boolean }): ReactNode {
  const { issue } = props;
  const jobId = issue.writingJobId ?? issue.publishingJobId;
  if (jobId !== null) return <Working jobId={jobId} isDirty={props.isDirty} />;
  return issue.failure === null ? null : <Failed {...props} />;
}

function Working({ jobId, isDirty }: { jobId: string; isDirty: boolean }): ReactNode {
  const job = useQuery(api.jobs.get.queryOptions({ input: { id: jobId } }));
  useLive([`job:${jobId}`]);
  if (job.isError) return <ErrorLine error={job.error} />;
  if (job.data === undefined || isFinished(job.data)) return null;
  return <AtWork job={job.data} isDirty={isDirty} />;
}

function AtWork({ job, isDirty }: { job: Job; isDirty: boolean }): ReactNode {
  const queries = useQueryClient();
  const refusal = useJobRefusal(job);
  const cancel = useMutation(
    api.jobs.cancel.mutationOptions({
      onSuccess: () => queries.invalidateQueries({ queryKey: api.jobs.key() }),
      onError: useFailureToast(),
    }),
  );
  const isWaiting = job.status === 'waiting_for_input';
  return (
    <section className="issue-work" aria-label="At work">
      <div className="row">
        <span className="grow" role="status">
          <strong>{job.kind === 'issues.draft' ? 'The architect writes' : 'Publishing'}</strong>{' '}
          <span className="muted">
            {isWaiting ? 'and has a question first' : job.status === 'queued' ? 'Waiting to start' : job.message}
          </span>
        </span>
        <ProgressLine value={job.progress} label={`Progress of ${job.title}`} />
        {refusal === null && (
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
        )}
      </div>
      {isDirty && <p className="muted">What you typed stays here. It can be saved when this has ended.</p>}
      {isWaiting && job.questions !== null && (
        <JobQuestions jobId={job.id} questions={job.questions} isAllowed={refusal === null} />
      )}
    </section>
  );
}

function Failed({ project, issue }: { project: Project; issue: Issue }): ReactNode {
  const { missing } = useArchitect();
  const isAboutModels = missing !== null && issue.failure?.code === 'unavailable';
  return (
    <div className="notice issue-notice" data-tone="danger" role="alert">
      <strong>The last try failed</strong>
      <p>{issue.failure?.message}</p>
      <p className="muted">
        {may(project.role, 'issues.write')
          ? 'What is written here stays. Change it by hand, or try again above.'
          : 'What is written here stays.'}{' '}
        {isAboutModels && <Link {...links.models()}>Show what models there are</Link>}
      </p>
    </div>
  );
}
