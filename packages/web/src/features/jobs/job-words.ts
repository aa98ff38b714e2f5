import type { JobKind, JobStatus } from '@yudai/contract';
import type { Tone } from '#ui/state-dot.tsx';

/** How each status is told: one word and the colour of its dot. */
export const statusWords: Record<JobStatus, { word: string; tone: Tone }> = {
  queued: { word: 'queued', tone: 'quiet' },
  running: { word: 'running', tone: 'accent' },
  waiting_for_input: { word: 'waiting', tone: 'warning' },
  completed: { word: 'done', tone: 'success' },
  failed: { word: 'failed', tone: 'danger' },
  cancelled: { word: 'cancelled', tone: 'quiet' },
};

export const kindWords: Record<JobKind, string> = {
  'project.connect': 'Connect',
  'codebase.index': 'Index',
  'chat.turn': 'Answer',
  'chat.compact': 'Sum up',
  'issues.draft': 'Write an issue',
  'issues.ideas': 'Look for ideas',
  'issues.publish': 'Publish',
  'solver.solve': 'Solve issue',
  'solver.publish': 'Open pull request',
};
