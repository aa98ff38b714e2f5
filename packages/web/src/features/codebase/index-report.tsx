import { Drawer, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Analysis, Project } from '@yudai/contract';
import type { ReactNode } from 'react';
import '#features/codebase/index-report.css';
import { SkippedFiles } from '#features/codebase/skipped-files.tsx';
import { api } from '#lib/client.ts';
import { formatAgo, formatCount, formatDuration, formatNoun, shortCommit } from '#lib/format.ts';
import { useNow } from '#lib/use-now.ts';
import { ErrorPanel } from '#ui/error-panel.tsx';
import { SkeletonRows } from '#ui/skeleton-rows.tsx';
import { StateDot } from '#ui/state-dot.tsx';
import type { Tone } from '#ui/state-dot.tsx';

/** What the index holds, what was left out and why, and every run that led here. */
export function IndexReport(props: { project: Project; opened: boolean; onClose: () => void }): ReactNode {
  const { project } = props;
  return (
    <Drawer
      opened={props.opened}
      onClose={props.onClose}
      title={`Index of ${project.name}`}
      size={480}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Tabs defaultValue="runs" keepMounted={false}>
        <Tabs.List mb={10}>
          <Tabs.Tab value="runs">Runs</Tabs.Tab>
          <Tabs.Tab value="skipped">Skipped files</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="runs">
          <Runs projectId={project.id} />
        </Tabs.Panel>
        <Tabs.Panel value="skipped">
          <SkippedFiles projectId={project.id} />
        </Tabs.Panel>
      </Tabs>
    </Drawer>
  );
}

function Runs(props: { projectId: string }): ReactNode {
  const runs = useQuery(api.codebase.analyses.queryOptions({ input: { projectId: props.projectId } }));
  const now = useNow();
  if (runs.isPending) return <SkeletonRows label="Loading runs" />;
  if (runs.isError) return <ErrorPanel error={runs.error} onRetry={() => void runs.refetch()} />;
  if (runs.data.items.length === 0) return <p className="muted">The project has not been indexed yet.</p>;
  return (
    <ol className="runs">
      {runs.data.items.map((run) => (
        <Run key={run.id} run={run} now={now} />
      ))}
    </ol>
  );
}

const tones: Record<Analysis['status'], Tone> = {
  pending: 'quiet',
  running: 'accent',
  completed: 'success',
  failed: 'danger',
  cancelled: 'quiet',
};

function Run(props: { run: Analysis; now: number }): ReactNode {
  const { run, now } = props;
  const { summary } = run;
  return (
    <li>
      <div className="row">
        <StateDot tone={tones[run.status]}>{run.status}</StateDot>
        <span className="mono muted truncate grow">
          {[run.ref, run.commit === null ? null : shortCommit(run.commit)].filter((part) => part !== null).join(' @ ')}
        </span>
        <span className="muted">{run.startedAt === null ? '' : formatAgo(run.startedAt, now)}</span>
      </div>
      {run.failure !== null && <p className="run-failure">{run.failure.message}</p>}
      {summary !== null && (
        <>
          <p className="muted">
            {formatNoun(summary.files, 'file')}, {formatCount(summary.parsed)} read anew,{' '}
            {formatNoun(summary.symbols, 'symbol')}, {formatNoun(summary.imports, 'import')},{' '}
            {formatNoun(summary.tokens, 'token')} in {formatDuration(summary.ms)}
          </p>
          <Languages languages={summary.languages} />
        </>
      )}
    </li>
  );
}

function Languages(props: { languages: readonly { language: string; files: number }[] }): ReactNode {
  const shown = props.languages.slice(0, 6);
  if (shown.length === 0) return null;
  return <p className="mono muted">{shown.map((item) => `${item.language} ${formatCount(item.files)}`).join(' · ')}</p>;
}
