import type { Job, JobDetail, JobsOverview, JobStatus } from '@yudai/contract';
import { formatAmount, formatDuration, formatTime } from '#output/numbers.ts';
import { safeText } from '#output/safe-text.ts';
import type { Style } from '#output/style.ts';
import { formatTable } from '#output/table.ts';

/** The queue in one line, then one line per job. */
export function formatJobs(jobs: readonly Job[], overview: JobsOverview, style: Style): string {
  const { queued, running, waiting_for_input: waiting, failed } = overview.byStatus;
  const queue = `${running} running · ${queued} queued · ${waiting} waiting for an answer · ${failed} failed · ${formatAmount(overview.workers.length, 'worker')}`;
  if (jobs.length === 0) return `${style('dim', queue)}\nNo jobs.`;
  const rows = jobs.map((job) => [
    formatStatus(job.status, style),
    `${job.progress} %`,
    style('bold', safeText(job.title)),
    safeText(job.error?.message ?? job.message ?? '').slice(0, 70),
    formatTime(job.createdAt),
    style('dim', job.id),
  ]);
  return `${style('dim', queue)}\n${formatTable(rows)}`;
}

/** One job; with its steps where they are known. */
export function formatJob(job: Job | JobDetail, style: Style): string {
  const lines = [
    `${style('bold', safeText(job.title))}  ${formatStatus(job.status, style)} ${job.progress} %`,
    style(
      'dim',
      `${job.id} · ${job.kind} · started ${formatTime(job.startedAt)} · ended ${formatTime(job.finishedAt)}`,
    ),
  ];
  if (job.message !== null) lines.push(safeText(job.message));
  if (job.error !== null) lines.push(style('red', safeText(job.error.message)));
  for (const question of job.questions ?? []) lines.push(`${style('yellow', question.id)}: ${safeText(question.text)}`);
  if ('steps' in job && job.steps.length > 0) lines.push(formatSteps(job, style));
  return lines.join('\n');
}

function formatSteps(job: JobDetail, style: Style): string {
  return formatTable(
    job.steps.map((step) => [
      `  ${step.status === 'completed' ? style('green', '✓') : step.status === 'running' ? style('cyan', '…') : style('red', '✗')}`,
      safeText(step.name),
      step.finishedAt === null ? '' : formatDuration(Date.parse(step.finishedAt) - Date.parse(step.startedAt)),
      step.attempt > 1 ? `attempt ${step.attempt}` : '',
      safeText(step.error?.message ?? ''),
    ]),
  );
}

function formatStatus(status: JobStatus, style: Style): string {
  switch (status) {
    case 'queued':
      return style('dim', 'queued');
    case 'running':
      return style('cyan', 'running');
    case 'waiting_for_input':
      return style('yellow', 'waiting for an answer');
    case 'completed':
      return style('green', 'completed');
    case 'failed':
      return style('red', 'failed');
    case 'cancelled':
      return style('dim', 'cancelled');
  }
}
