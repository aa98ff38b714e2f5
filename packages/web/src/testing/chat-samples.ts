import { chatMessage, chatSession, chatState, liveEvent } from '@yudai/contract';
import type { ChatMessage, ChatSession, ChatState, LiveEvent, MessageEvent } from '@yudai/contract';
import { me, projectAs } from '#testing/samples.ts';

const at = '2026-11-21T10:00:00.000Z';
export const sessionId = `ses_${'0'.repeat(26)}`;

export function messageId(index: number): string {
  return `msg_${String(index).padStart(26, '0')}`;
}

/** A message of that session; the first says something, unless told. */
export function messageOf(index: number, changes: Record<string, unknown> = {}): ChatMessage {
  return chatMessage.parse({
    id: messageId(index),
    sessionId,
    parentId: index === 0 ? null : messageId(index - 1),
    role: index % 2 === 0 ? 'user' : 'assistant',
    author: index % 2 === 0 ? { id: me, name: 'Ada Lovelace', username: 'ada', avatarUrl: null } : null,
    status: 'complete',
    parts: [{ type: 'text', text: `text ${index}` }],
    citations: [],
    context: null,
    model: null,
    usage: null,
    durationMs: null,
    error: null,
    jobId: null,
    siblings: [messageId(index)],
    createdAt: at,
    ...changes,
  });
}

export function sessionOf(changes: Record<string, unknown> = {}): ChatSession {
  return chatSession.parse({
    id: sessionId,
    projectId: projectAs('owner').id,
    ownerId: me,
    title: 'Double delivery on retry',
    ref: 'main',
    visibility: 'private',
    pinned: false,
    archived: false,
    forkedFrom: null,
    headId: null,
    messageCount: 0,
    activeJobId: null,
    createdAt: at,
    lastActivityAt: at,
    ...changes,
  });
}

export const noStatistics = {
  userMessages: 0,
  assistantMessages: 0,
  failedTurns: 0,
  inputTokens: 0,
  outputTokens: 0,
  costMicros: 0,
  unpricedTurns: 0,
  toolCalls: 0,
  cards: 0,
  citedFiles: 0,
  durationMs: 0,
};

/** What the API answers for a session with these messages, the last of which is shown. */
export function stateOf(messages: readonly ChatMessage[], changes: Record<string, unknown> = {}): ChatState {
  const shown = messages.filter(({ status }) => status !== 'queued');
  return chatState.parse({
    session: sessionOf({ headId: shown.at(-1)?.id ?? null, messageCount: messages.length }),
    messages,
    earlier: null,
    cards: [],
    dropped: [],
    present: [],
    statistics: noStatistics,
    cursor: 0,
    ...changes,
  });
}

export function messageEventAt(seq: number, data: MessageEvent): LiveEvent {
  return liveEvent.parse({ topic: `session:${sessionId}`, seq, at, type: 'message', data });
}

export function sessionEventAt(seq: number, changes: Record<string, unknown>): LiveEvent {
  const data = { session: sessionOf(changes), present: [], dropped: [] };
  return liveEvent.parse({ topic: `session:${sessionId}`, seq, at, type: 'session_update', data });
}
