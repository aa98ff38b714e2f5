import type { Complexity, IssuePriority } from '@yudai/contract';

/** What is decided before anything is written; null is left to the architect. */
export interface ChosenFacts {
  readonly priority: IssuePriority | null;
  readonly complexity: Complexity | null;
  readonly labels: readonly string[];
}

export const nothingChosen: ChosenFacts = { priority: null, complexity: null, labels: [] };

/** Only what was chosen, as the API takes it. */
export function factsOf({ priority, complexity, labels }: ChosenFacts) {
  return {
    ...(priority === null ? {} : { priority }),
    ...(complexity === null ? {} : { complexity }),
    ...(labels.length === 0 ? {} : { labels: [...labels] }),
  };
}

export const priorityWords: Record<IssuePriority, string> = {
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  critical: 'Critical',
};

export const complexityWords: Record<Complexity, string> = {
  S: 'S, about an hour',
  M: 'M, about a day',
  L: 'L, about a week',
  XL: 'XL, longer',
};
