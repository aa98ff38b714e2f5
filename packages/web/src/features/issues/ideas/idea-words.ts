import type { Idea, IdeaStatus } from '@yudai/contract';
import type { Tone } from '#ui/state-dot.tsx';

/** How each status is told, and what the filter for it is called. */
export const ideaStatusWords: Record<IdeaStatus, { readonly word: string; readonly tone: Tone }> = {
  pending: { word: 'open', tone: 'accent' },
  promoted: { word: 'an issue', tone: 'success' },
  dismissed: { word: 'dismissed', tone: 'quiet' },
};

export const filterWords: Record<IdeaStatus, string> = {
  pending: 'Open',
  promoted: 'Issues',
  dismissed: 'Dismissed',
};

export const originWords: Record<Idea['origin'], string> = {
  hand: 'Written by hand',
  model: 'Found in the code by a model',
};
