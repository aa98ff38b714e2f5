import type { CheckKind, IssueHead, IssueOrigin, IssueStatus, IssueVersion, ReadinessReason } from '@yudai/contract';
import type { Tone } from '#ui/state-dot.tsx';

/** How each status is told: one word and the colour of its dot. */
export const statusWords: Record<IssueStatus, { readonly word: string; readonly tone: Tone }> = {
  draft: { word: 'draft', tone: 'quiet' },
  published: { word: 'published', tone: 'accent' },
  solving: { word: 'being solved', tone: 'warning' },
  solved: { word: 'solved', tone: 'success' },
  closed: { word: 'closed', tone: 'quiet' },
};

export const checkWords: Record<CheckKind, { readonly word: string; readonly hint: string }> = {
  test: { word: 'Test', hint: 'The test that passes then' },
  command: { word: 'Command', hint: 'The command that succeeds then' },
  observation: { word: 'Observation', hint: 'What somebody sees then' },
};

export const severityWords: Record<ReadinessReason['severity'], { readonly word: string; readonly tone: Tone }> = {
  missing: { word: 'missing', tone: 'danger' },
  warning: { word: 'warning', tone: 'warning' },
  note: { word: 'note', tone: 'quiet' },
};

export const originWords: Record<IssueOrigin, string> = {
  hand: 'Written by hand',
  text: 'From a wish',
  session: 'From a conversation',
  message: 'From a message',
  cards: 'From cards',
  idea: 'From an idea',
  github: 'From GitHub',
};

export const sourceWords: Record<IssueVersion['source'], string> = {
  hand: 'by hand',
  model: 'by a model',
  restored: 'brought back',
};

export const githubWords: Record<NonNullable<IssueHead['github']>['state'], { word: string; tone: Tone }> = {
  open: { word: 'open', tone: 'success' },
  closed: { word: 'closed', tone: 'quiet' },
  deleted: { word: 'deleted there', tone: 'danger' },
};

export const differenceWords: Record<NonNullable<IssueHead['github']>['changed'][number]['field'], string> = {
  title: 'Title',
  body: 'Text',
  labels: 'Labels',
  assignees: 'Assignees',
};
