import type {
  AgentStatus,
  CardHead,
  ChatMessage,
  ChatSession,
  ChatState,
  ChatStatistics,
  LiveEvent,
  MessageEvent,
  Person,
} from '@yudai/contract';
import { partsAfter } from '#lib/live/parts-after.ts';

/** A conversation as this screen knows it: what was read, and every event since. */
export interface Conversation {
  readonly session: ChatSession;
  /** Every message that is known, of all branches. */
  readonly messages: ReadonlyMap<string, ChatMessage>;
  /** The first messages of what was read: those before them are there, but not read yet. */
  readonly firsts: ReadonlySet<string>;
  readonly earlier: string | null;
  /** The page before what is shown is being read. */
  readonly isReadingEarlier: boolean;
  readonly cards: readonly CardHead[];
  readonly dropped: readonly string[];
  readonly present: readonly Person[];
  readonly statistics: ChatStatistics;
  readonly agent: AgentStatus | null;
  /** The last event of the feed that is in here. */
  readonly seq: number;
  /** Something is missing that no later event will bring: read again. */
  readonly isBehind: boolean;
}

/** What a screen begins with. */
export function conversationOf(state: ChatState): Conversation {
  const { session, messages, earlier, cards, dropped, present, statistics, cursor } = state;
  return {
    session,
    messages: new Map(messages.map((message) => [message.id, message])),
    firsts: firstsOf(messages),
    earlier,
    isReadingEarlier: false,
    cards,
    dropped,
    present,
    statistics,
    agent: null,
    seq: cursor,
    isBehind: false,
  };
}

/**
 * The same conversation, read again: messages that were read before stay. Events behind the place of what was read have to be applied once
 * more, because what was read may be older than what was known.
 */
export function readAgain(before: Conversation, state: ChatState): Conversation {
  const next = conversationOf(state);
  const isJoined = state.messages.some(({ parentId }) => parentId !== null && before.messages.has(parentId));
  return {
    ...next,
    messages: new Map([...before.messages, ...next.messages]),
    firsts: isJoined ? new Set([...before.firsts, ...next.firsts]) : next.firsts,
    earlier: isJoined ? before.earlier : next.earlier,
    isReadingEarlier: before.isReadingEarlier,
    agent: before.agent,
  };
}

/** With a page of older messages, as the API gives them: newest first. */
export function withEarlier(
  conversation: Conversation,
  page: { readonly items: readonly ChatMessage[]; readonly nextCursor: string | null },
): Conversation {
  const messages = new Map(conversation.messages);
  for (const message of page.items) if (!messages.has(message.id)) messages.set(message.id, message);
  const firsts = new Set([...conversation.firsts, ...firstsOf(page.items)]);
  return { ...conversation, messages, firsts, earlier: page.nextCursor };
}

/** With messages that an answer of the API brought, unless the feed was faster. */
export function withAnswered(conversation: Conversation, found: readonly ChatMessage[]): Conversation {
  return found.reduce(
    (known, message) => (known.messages.has(message.id) ? known : withMessage(known, message)),
    conversation,
  );
}

/** The conversation after an event of its topic. Events that are in there already change nothing. */
export function applyEvent(conversation: Conversation, event: LiveEvent): Conversation {
  if (event.seq <= conversation.seq) return conversation;
  const next = { ...conversation, seq: event.seq };
  if (event.type === 'session_update') return checked({ ...next, ...event.data });
  if (event.type === 'message') return applyMessage(next, event.data);
  if (event.type === 'context_card') return { ...next, cards: cardsAfter(next.cards, event.data) };
  if (event.type === 'agent_status') return { ...next, agent: event.data };
  if (event.type === 'statistics') return { ...next, statistics: event.data };
  return next;
}

/** The branch that is shown, oldest first, without what still waits. */
export function shownMessages({ messages, session }: Conversation): ChatMessage[] {
  const shown: ChatMessage[] = [];
  let message = messages.get(session.headId ?? '') ?? (session.headId === null ? undefined : newestOf(messages));
  while (message !== undefined && shown.length <= messages.size) {
    if (message.status !== 'queued') shown.push(message);
    message = messages.get(message.parentId ?? '');
  }
  return shown.toReversed();
}

/** Messages that wait for the answer under way, in the order in which they will be read. */
export function waitingMessages({ messages }: Conversation): ChatMessage[] {
  return [...messages.values()].filter(({ status }) => status === 'queued').toSorted(byAge);
}

function applyMessage(conversation: Conversation, event: MessageEvent): Conversation {
  switch (event.action) {
    case 'added':
    case 'updated':
      return withMessage(conversation, event.message);
    case 'removed': {
      const messages = new Map(conversation.messages);
      messages.delete(event.messageId);
      return { ...conversation, messages };
    }
    case 'delta':
    case 'part':
    case 'reset': {
      const message = conversation.messages.get(event.messageId);
      // One of a branch or a page that was not read.
      if (message === undefined) return conversation;
      const parts = partsAfter(message.parts, event);
      if (parts === null) return { ...conversation, isBehind: true };
      if (parts === message.parts) return conversation;
      return { ...conversation, messages: new Map(conversation.messages).set(message.id, { ...message, parts }) };
    }
  }
}

/** Puts a message in, and tells its siblings of it. */
function withMessage(conversation: Conversation, message: ChatMessage): Conversation {
  const messages = new Map(conversation.messages).set(message.id, message);
  for (const id of message.siblings) {
    const sibling = messages.get(id);
    if (sibling !== undefined && sibling.siblings.length !== message.siblings.length) {
      messages.set(id, { ...sibling, siblings: message.siblings });
    }
  }
  return { ...conversation, messages };
}

/** A branch that was not read cannot be shown from events alone. */
function checked(conversation: Conversation): Conversation {
  const { session, messages, firsts } = conversation;
  if (session.headId === null) return conversation;
  let message = messages.get(session.headId);
  if (message === undefined) return { ...conversation, isBehind: true };
  for (let steps = 0; steps < messages.size && message !== undefined; steps += 1) {
    if (message.parentId === null || firsts.has(message.id)) return conversation;
    message = messages.get(message.parentId);
  }
  return { ...conversation, isBehind: true };
}

function cardsAfter(cards: readonly CardHead[], change: { action: 'add' | 'update' | 'remove'; card: CardHead }) {
  const place = cards.findIndex(({ id }) => id === change.card.id);
  if (change.action === 'remove') return place < 0 ? cards : cards.toSpliced(place, 1);
  if (place >= 0) return cards.with(place, change.card);
  return change.action === 'add' ? [...cards, change.card] : cards;
}

function firstsOf(messages: readonly ChatMessage[]): ReadonlySet<string> {
  const ids = new Set<string>(messages.map(({ id }) => id));
  return new Set(messages.filter(({ parentId }) => parentId === null || !ids.has(parentId)).map(({ id }) => id));
}

function newestOf(messages: ReadonlyMap<string, ChatMessage>): ChatMessage | undefined {
  return [...messages.values()]
    .filter(({ status }) => status !== 'queued')
    .toSorted(byAge)
    .at(-1);
}

/** Ids sort by age. */
function byAge(one: ChatMessage, other: ChatMessage): number {
  return one.id < other.id ? -1 : 1;
}
