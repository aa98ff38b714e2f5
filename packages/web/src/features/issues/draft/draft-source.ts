import type { CardHead, ChatMessage, ChatSession, Id, Idea, IssueDocument } from '@yudai/contract';
import { Bookmark, Lightbulb, MessageSquare, MessagesSquare } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { formatNoun } from '#lib/format.ts';

interface Shown {
  /** What it is called, or how it begins. */
  readonly title: string;
  /** How much of it there is, for a person. */
  readonly detail: string;
}

/** Something that an issue is drafted from, with what a person knows it by. */
export type DraftSource =
  | (Shown & { readonly kind: 'message'; readonly id: Id<'message'>; readonly text: string })
  | (Shown & { readonly kind: 'session'; readonly id: Id<'session'> })
  | (Shown & { readonly kind: 'card'; readonly id: Id<'card'>; readonly cite: string | null })
  | (Shown & { readonly kind: 'idea'; readonly id: Id<'idea'> });

export const kindWords: Record<DraftSource['kind'], { readonly word: string; readonly icon: LucideIcon }> = {
  message: { word: 'Message', icon: MessageSquare },
  session: { word: 'Conversation', icon: MessagesSquare },
  card: { word: 'Card', icon: Bookmark },
  idea: { word: 'Idea', icon: Lightbulb },
};

/** A message to draft from. `text` is what it says. */
export function messageSource({ id }: Pick<ChatMessage, 'id'>, text: string): DraftSource {
  return {
    kind: 'message',
    id,
    text,
    title: titleOf(text) ?? 'A message',
    detail: formatNoun(text.length, 'character'),
  };
}

export function sessionSource({ id, title, messageCount }: ChatSession): DraftSource {
  return { kind: 'session', id, title, detail: formatNoun(messageCount, 'message') };
}

export function cardSource({ id, title, tokens, cite }: CardHead): DraftSource {
  return { kind: 'card', id, title, cite, detail: formatNoun(tokens, 'token') };
}

export function ideaSource({ id, title, evidence }: Idea): DraftSource {
  return { kind: 'idea', id, title, detail: formatNoun(evidence.length, 'place') };
}

/** The sources as a draft takes them: of a message, a conversation and an idea one each. */
export function idsOf(sources: readonly DraftSource[]): {
  sessionId?: Id<'session'>;
  messageId?: Id<'message'>;
  ideaId?: Id<'idea'>;
  cardIds: Id<'card'>[];
} {
  const message = sources.find((source) => source.kind === 'message');
  const session = sources.find((source) => source.kind === 'session');
  const idea = sources.find((source) => source.kind === 'idea');
  return {
    ...(message === undefined ? {} : { messageId: message.id }),
    ...(session === undefined ? {} : { sessionId: session.id }),
    ...(idea === undefined ? {} : { ideaId: idea.id }),
    cardIds: sources.flatMap((source) => (source.kind === 'card' ? [source.id] : [])),
  };
}

/** What an issue that is written by hand begins with: the person's words, or else those it is about, and the places of its cards. */
export function documentFrom(
  text: string,
  sources: readonly DraftSource[],
): Pick<IssueDocument, 'title' | 'problem' | 'evidence'> {
  const message = sources.find((source) => source.kind === 'message');
  const problem = text.trim() === '' ? (message?.text ?? '') : text.trim();
  return {
    title: titleOf(problem) ?? sources[0]?.title ?? 'New issue',
    problem: problem.slice(0, 20_000),
    evidence: sources.flatMap((source) =>
      source.kind === 'card' && source.cite !== null ? [{ cite: source.cite, note: source.title }] : [],
    ),
  };
}

/** The first line that says something, short enough to be a title. */
function titleOf(text: string): string | undefined {
  const line = text
    .split('\n')
    .map((one) => one.replaceAll(/\s+/g, ' ').trim())
    .find((one) => one !== '');
  return line === undefined || line.length <= 120 ? line : `${line.slice(0, 119)}…`;
}
