import { useInfiniteQuery } from '@tanstack/react-query';
import type { Job, JobKind, JobStatus } from '@yudai/contract';
import { Activity } from 'lucide-react';
import type { ReactNode } from 'react';
import { elapsedMs } from '#features/jobs/elapsed.ts';
import { kindWords, statusWords } from '#features/jobs/job-words.ts';
import { projectPages } from '#features/projects/project-pages.ts';
import { api } from '#lib/client.ts';
import { formatAgo, formatCost, formatDuration } from '#lib/format.ts';
import { isFinished } from '#lib/live/reducers.ts';
import { useLive } from '#lib/live/live-provider.tsx';
import { useNow } from '#lib/use-now.ts';
import { Empty } from '#ui/empty.tsx';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { ProgressLine } from '#ui/progress-line.tsx';
import { ShowMore } from '#ui/show-more.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';
import { StateDot } from '#ui/state-dot.tsx';

interface Props {
  status: JobStatus | undefined;
  kind: JobKind | undefined;
  onOpen: (jobId: string) => void;
}

export function JobTable(props: Props): ReactNode {
  const filter = {
    ...(props.status === undefined ? {} : { status: props.status }),
    ...(props.kind === undefined ? {} : { kind: props.kind }),
  };
  const list = useInfiniteQuery(
    api.jobs.list.infiniteOptions({
      input: (cursor: string | undefined) => ({ ...filter, ...(cursor === undefined ? {} : { cursor }) }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.nextCursor ?? undefined,
      placeholderData: (previous) => previous,
    }),
  );
  const jobs = list.data?.pages.flatMap((page) => page.items) ?? [];
  // The owner's topic tells of status; the numbers in between come from each running job's own topic.
  useLive(
    jobs
      .filter((job) => !isFinished(job))
      .slice(0, 40)
      .map((job) => `job:${job.id}`),
  );
  if (list.isPending) return <SkeletonRows label="Loading jobs" />;
  if (list.isError) return <ErrorPanel error={list.error} onRetry={() => void list.refetch()} />;
  if (jobs.length === 0) {
    const isFiltered = Object.keys(filter).length > 0;
    return isFiltered ? (
      <Empty icon={Activity} title="No job matches these filters" />
    ) : (
      <Empty icon={Activity} title="No jobs yet" text="Connecting or indexing a project starts the first one." />
    );
  }
  return (
    <>
      <div className="card jobs-card">
        <Rows jobs={jobs} onOpen={props.onOpen} />
      </div>
      <ShowMore list={list} />
    </>
  );
}

function Rows(props: { jobs: readonly Job[]; onOpen: (jobId: string) => void }): ReactNode {
  const now = useNow(1000);
  const projects = useInfiniteQuery(projectPages({}));
  const names = new Map((projects.data?.pages ?? []).flatMap((page) => page.items.map((item) => [item.id, item.name])));
  return (
    <table className="table jobs-table">
      <thead>
        <tr>
          <th>Job</th>
          <th className="mid-only">Project</th>
          <th>Status</th>
          <th>Progress</th>
          <th className="mid-only number">Time</th>
          <th className="wide-only number">Cost</th>
          <th className="wide-only">Started</th>
        </tr>
      </thead>
      <tbody>
        {props.jobs.map((job) => (
          <tr key={job.id}>
            <td>
              <button type="button" className="table-link truncate" onClick={() => props.onOpen(job.id)}>
                {job.title}
                <span className="muted mid-only"> · {kindWords[job.kind]}</span>
              </button>
            </td>
            <td className="mid-only muted truncate">
              {job.projectId === null ? '–' : (names.get(job.projectId) ?? '–')}
            </td>
            <td>
              <JobStatusDot job={job} />
            </td>
            <td>
              <ProgressLine value={job.progress} label={`Progress of ${job.title}`} width={72} />
            </td>
            <td className="mid-only mono number">
              {job.startedAt === null ? '–' : formatDuration(elapsedMs(job, now))}
            </td>
            <td className="wide-only mono number">{formatCost(job.costMicros)}</td>
            <td className="wide-only muted">{formatAgo(job.createdAt, now)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function JobStatusDot(props: { job: Job }): ReactNode {
  const { job } = props;
  const { word, tone } = statusWords[job.status];
  const isStopping = job.cancelRequested && !isFinished(job);
  return (
    <StateDot tone={isStopping ? 'warning' : tone}>
      {isStopping ? 'stopping' : word}
      {job.queuePosition !== null && ` #${job.queuePosition}`}
    </StateDot>
  );
}
