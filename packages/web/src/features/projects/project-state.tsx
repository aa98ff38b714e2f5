import { Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Project } from '@yudai/contract';
import type { ReactNode } from 'react';
import { api } from '#lib/client.ts';
import { isFinished } from '#lib/live/reducers.ts';
import { useLive } from '#lib/live/live-provider.tsx';
import { ProgressLine } from '#ui/progress-line.tsx';
import { StateDot } from '#ui/state-dot.tsx';

/** How a project stands; while a job is at work on it, how far that is. */
export function ProjectState(props: { project: Project }): ReactNode {
  const { project } = props;
  const id = project.activeJobId;
  const job = useQuery(api.jobs.get.queryOptions({ input: { id: id ?? '' }, enabled: id !== null }));
  useLive(id === null ? [] : [`job:${id}`]);
  if (id !== null && job.data !== undefined && !isFinished(job.data)) {
    if (job.data.status === 'queued') return <StateDot tone="quiet">queued</StateDot>;
    if (job.data.status === 'waiting_for_input') return <StateDot tone="warning">has a question</StateDot>;
    return <ProgressLine value={job.data.progress} label={`Progress of ${job.data.title}`} width={72} />;
  }
  if (project.status === 'failed') {
    return (
      <Tooltip label={project.failure?.message ?? 'The last attempt failed.'} multiline maw={340}>
        <span>
          <StateDot tone="danger">failed</StateDot>
        </span>
      </Tooltip>
    );
  }
  return project.status === 'ready' ? (
    <StateDot tone="success">ready</StateDot>
  ) : (
    <StateDot tone="accent">connecting</StateDot>
  );
}
