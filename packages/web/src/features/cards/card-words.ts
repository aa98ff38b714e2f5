import type { CardCategory, CardSource, CardStaleness } from '@yudai/contract';
import {
  CircleDot,
  FileCode2,
  FileUp,
  GitCommitHorizontal,
  GitPullRequest,
  Globe,
  MessageSquare,
  SquareFunction,
  StickyNote,
} from 'lucide-react';
import type { LucideIcon } from 'lucide-react';

/** What a card is made from, as people say it. */
export const sourceWords: Record<CardSource, { readonly name: string; readonly icon: LucideIcon }> = {
  file: { name: 'Code', icon: FileCode2 },
  symbol: { name: 'Definition', icon: SquareFunction },
  message: { name: 'Message', icon: MessageSquare },
  issue: { name: 'Issue', icon: CircleDot },
  pull_request: { name: 'Pull request', icon: GitPullRequest },
  commit: { name: 'Commit', icon: GitCommitHorizontal },
  upload: { name: 'Upload', icon: FileUp },
  url: { name: 'Page', icon: Globe },
  note: { name: 'Note', icon: StickyNote },
};

export const categoryWords: Record<CardCategory, string> = {
  code: 'Code',
  requirement: 'Requirement',
  decision: 'Decision',
  question: 'Question',
  reference: 'Reference',
  other: 'Other',
};

export interface StaleWords {
  readonly label: string;
  /** What happened, and what to do. */
  readonly hint: string;
  /** What the badge does when it is pressed; null when Yudai cannot help. */
  readonly action: string | null;
}

/** What to say of a card whose code has moved on; null when there is nothing to say. */
export function staleWords(staleness: CardStaleness | null): StaleWords | null {
  if (staleness === null || staleness.state === 'current') return null;
  const { state, path, startLine, endLine } = staleness;
  if (state === 'moved') {
    const place = `${path ?? ''}:${startLine ?? ''}-${endLine ?? ''}`;
    return { label: 'moved', hint: `The same text is at ${place} now.`, action: 'Pin the card there' };
  }
  if (state === 'changed' && startLine !== null) {
    return { label: 'changed', hint: 'The code of this card has changed since.', action: 'Read it again' };
  }
  if (state === 'changed') {
    const hint = 'These lines are no longer in the file. Keep what took their place as a new card.';
    return { label: 'rewritten', hint, action: null };
  }
  return { label: 'gone', hint: 'This file is no longer there. The card keeps its text.', action: null };
}

/** How much of a model's attention a card takes: the length of its bar (0–1), and whether that is a lot. */
export function heatOf(tokens: number): { readonly share: number; readonly level: 'low' | 'middle' | 'high' } {
  // By magnitude: 10 tokens are a sliver, 100,000 the whole bar.
  const share = Math.min(1, Math.max(0.04, Math.log10(Math.max(1, tokens)) / 5));
  return { share, level: tokens >= 16_000 ? 'high' : tokens >= 4000 ? 'middle' : 'low' };
}
