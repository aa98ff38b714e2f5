import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { jobKinds, jobStatuses } from '@yudai/contract';
import type { JobKind, JobStatus } from '@yudai/contract';
import type { ReactNode } from 'react';
import '#features/jobs/jobs.css';
import { JobDrawer } from '#features/jobs/job-drawer.tsx';
import { JobTable } from '#features/jobs/job-table.tsx';
import { JobsOverviewPanel } from '#features/jobs/jobs-overview.tsx';
import { kindWords, statusWords } from '#features/jobs/job-words.ts';
import { api } from '#lib/client.ts';
import { withParam } from '#lib/search-params.ts';
import { usePageTitle } from '#lib/use-page-title.ts';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { PageHeader } from '#ui/page-header.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';

const route = getRouteApi('/jobs');

/** What Yudai is doing in the background, and what came of it. */
export function JobsPage(): ReactNode {
  const { status, kind, job } = route.useSearch();
  const navigate = route.useNavigate();
  // Workers come and go without an event.
  const overview = useQuery(api.jobs.overview.queryOptions({ input: {}, refetchInterval: 15_000 }));
  usePageTitle('Jobs');
  const setStatus = (value: JobStatus | undefined) =>
    void navigate({ search: (search) => withParam(search, 'status', value) });
  const setKind = (value: JobKind | undefined) =>
    void navigate({ search: (search) => withParam(search, 'kind', value) });
  const setJob = (value: string | undefined) => void navigate({ search: (search) => withParam(search, 'job', value) });

  const active = overview.data === undefined ? 0 : overview.data.byStatus.running + overview.data.byStatus.queued;
  return (
    <>
      <PageHeader
        actions={
          <>
            <Select
              className="jobs-filter"
              aria-label="Status"
              placeholder="Any status"
              clearable
              clearButtonProps={{ 'aria-label': 'Any status' }}
              data={jobStatuses.map((value) => ({ value, label: statusWords[value].word }))}
              value={status ?? null}
              onChange={(value) => setStatus(value ?? undefined)}
            />
            <Select
              className="jobs-filter"
              aria-label="Kind"
              placeholder="Any kind"
              clearable
              clearButtonProps={{ 'aria-label': 'Any kind' }}
              data={jobKinds.map((value) => ({ value, label: kindWords[value] }))}
              value={kind ?? null}
              onChange={(value) => setKind(value ?? undefined)}
            />
          </>
        }
      >
        <h1>Jobs</h1>
        {active > 0 && <span className="chip">{active} active</span>}
      </PageHeader>
      <div className="jobs-scroll">
        {overview.isPending && <SkeletonRows label="Loading the state of the queue" count={4} />}
        {overview.isError && <ErrorPanel error={overview.error} onRetry={() => void overview.refetch()} />}
        {overview.data !== undefined && <JobsOverviewPanel overview={overview.data} onStatus={setStatus} />}
        <JobTable status={status} kind={kind} onOpen={setJob} />
      </div>
      <JobDrawer jobId={job} onClose={() => setJob(undefined)} onOpen={setJob} />
    </>
  );
}
