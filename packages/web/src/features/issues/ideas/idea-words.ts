import type { Idea, IdeaStatus } from '@yudai/contract';

/** What the filter for each status is called. */
export const filterWords: Record<IdeaStatus, string> = {
  pending: 'Open',
  promoted: 'Issues',
  dismissed: 'Dismissed',
};

export const originWords: Record<Idea['origin'], string> = {
  hand: 'Written by hand',
  model: 'Found in the code by a model',
};
