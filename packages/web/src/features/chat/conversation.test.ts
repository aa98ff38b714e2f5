import type { LiveEvent, MessageEvent, MessagePart } from '@yudai/contract';
import { liveEvent } from '@yudai/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  applyEvent,
  conversationOf,
  readAgain,
  shownMessages,
  waitingMessages,
  withAnswered,
  withEarlier,
  type Conversation,
} from '#features/chat/conversation.ts';
import {
  messageEventAt,
  messageId,
  messageOf,
  noStatistics,
  sessionEventAt,
  sessionId,
  stateOf,
} from '#testing/chat-samples.ts';

/** What a person sees of a conversation. */
function screenOf(conversation: Conversation) {
  const { session, statistics, present } = conversation;
  return { shown: shownMessages(conversation), waiting: waitingMessages(conversation), session, statistics, present };
}

/** A turn as the server tells it, with pieces of any size, a tool call, and now and then a step that is written again. */
const turn = fc.record({
  text: fc.array(fc.string({ minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 8 }),
  reasoning: fc.array(fc.string({ minLength: 1, maxLength: 4 }), { maxLength: 3 }),
  crashesAfter: fc.option(fc.nat(7), { nil: null }),
});
type Turn = typeof turn extends fc.Arbitrary<infer T> ? T : never;

function feedOf(turns: readonly Turn[]): LiveEvent[] {
  const events: LiveEvent[] = [];
  const tell = (data: MessageEvent) => void events.push(messageEventAt(events.length + 1, data));
  for (const [index, { text, reasoning, crashesAfter }] of turns.entries()) {
    const question = messageOf(index * 2);
    const answerId = messageOf(index * 2 + 1).id;
    tell({ action: 'added', message: question });
    const begun = messageOf(index * 2 + 1, { status: 'streaming', parts: [] });
    tell({ action: 'added', message: begun });
    events.push(sessionEventAt(events.length + 1, { headId: answerId, activeJobId: `job_${'0'.repeat(26)}` }));
    const stream = (part: number, kind: 'text' | 'reasoning', pieces: readonly string[]) => {
      let offset = 0;
      for (const piece of pieces) {
        tell({ action: 'delta', messageId: answerId, part, kind, offset, text: piece });
        offset += piece.length;
      }
    };
    const tool: MessagePart = {
      type: 'tool',
      callId: 'a',
      tool: 'search',
      input: {},
      state: 'done',
      summary: '1 hit',
      output: '',
      ms: 3,
    };
    const write = (pieces: readonly string[]) => {
      stream(0, 'reasoning', reasoning);
      const first = reasoning.length > 0 ? 1 : 0;
      tell({ action: 'part', messageId: answerId, part: first, value: { ...tool, state: 'running', ms: null } });
      tell({ action: 'part', messageId: answerId, part: first, value: tool });
      stream(first + 1, 'text', pieces);
    };
    if (crashesAfter !== null) {
      write(text.slice(0, crashesAfter));
      tell({ action: 'reset', messageId: answerId, parts: 0 });
    }
    write(text);
    const parts: MessagePart[] = [
      ...(reasoning.length > 0 ? [{ type: 'reasoning' as const, text: reasoning.join('') }] : []),
      tool,
      { type: 'text', text: text.join('') },
    ];
    tell({ action: 'updated', message: messageOf(index * 2 + 1, { parts }) });
    events.push(sessionEventAt(events.length + 1, { headId: answerId }));
  }
  return events;
}

const play = (events: readonly LiveEvent[], from = conversationOf(stateOf([]))) => events.reduce(applyEvent, from);

test('however the feed is cut, repeated and resumed, everybody ends with the same screen (D7 E6 E12)', () => {
  fc.assert(
    fc.property(
      fc.array(turn, { minLength: 1, maxLength: 3 }),
      fc.nat(),
      fc.nat(),
      fc.nat(),
      (turns, cut, back, again) => {
        const feed = feedOf(turns);
        const all = play(feed);

        // A connection that was lost and resumes further back than it had to.
        const half = play(feed.slice(0, cut % feed.length));
        const repeated = play(feed.slice(again % (feed.length + 1)), play(feed, half));
        expect(screenOf(repeated)).toEqual(screenOf(all));

        // Somebody who opens the screen in between: rows as they are then, and a place in the feed that may lie before them.
        const read = play(feed.slice(0, cut % (feed.length + 1)));
        const state = {
          ...stateOf([...read.messages.values()]),
          session: read.session,
          cursor: Math.max(0, read.seq - (back % 12)),
        };
        const opened = play(feed.slice(state.cursor), conversationOf(state));
        expect(screenOf(opened)).toEqual(screenOf(all));

        // Somebody who read it again after a gap.
        expect(screenOf(play(feed, readAgain(half, { ...state, cursor: read.seq })))).toEqual(screenOf(all));
      },
    ),
    { numRuns: 300 },
  );
});

test('at every moment the text that is shown is a beginning of what was said, not a mixture', () => {
  const pieces = ['The ', 'lock ', 'is ', 'released ', 'too ', 'late.'];
  const feed = feedOf([{ text: pieces, reasoning: [], crashesAfter: null }]);
  const whole = pieces.join('');

  const texts = feed
    .flatMap((_, end) => shownMessages(play(feed.slice(0, end))).filter(({ role }) => role === 'assistant'))
    .flatMap(({ parts }) => parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])));
  expect(texts.length).toBeGreaterThan(pieces.length - 1);
  expect(texts.filter((text) => !whole.startsWith(text))).toEqual([]);
});

test('a piece whose beginning is missing is not shown; the conversation is read again', () => {
  const streaming = messageOf(1, { status: 'streaming', parts: [{ type: 'text', text: 'abc' }] });
  const before = conversationOf(stateOf([messageOf(0), streaming]));
  const delta = { action: 'delta', messageId: streaming.id, part: 0, kind: 'text', offset: 9, text: 'xyz' } as const;

  const behind = applyEvent(before, messageEventAt(1, delta));
  expect(behind.isBehind).toBe(true);
  expect(behind.messages.get(messageId(1))?.parts).toEqual([{ type: 'text', text: 'abc' }]);
  const more = messageOf(1, { status: 'streaming', parts: [{ type: 'text', text: 'abcdefghixyz' }] });
  expect(readAgain(behind, stateOf([messageOf(0), more])).isBehind).toBe(false);
});

test('regenerating shows the new branch, and the old one knows of it (D7)', () => {
  const before = conversationOf(stateOf([messageOf(0), messageOf(1)]));
  const ids = [messageId(1), messageId(2)];
  const other = messageOf(2, { role: 'assistant', author: null, parentId: messageId(0), siblings: ids });

  const added = applyEvent(before, messageEventAt(1, { action: 'added', message: other }));
  expect(shownMessages(added).map(({ id }) => id)).toEqual([messageId(0), messageId(1)]);
  expect(added.messages.get(messageId(1))?.siblings).toEqual(ids);
  const moved = applyEvent(added, sessionEventAt(2, { headId: messageId(2) }));
  expect(shownMessages(moved).map(({ id }) => id)).toEqual([messageId(0), messageId(2)]);
  expect(moved.isBehind).toBe(false);
});

test('a branch that was never read is asked for', () => {
  const before = conversationOf(stateOf([messageOf(0), messageOf(1)]));

  expect(applyEvent(before, sessionEventAt(1, { headId: messageId(7) })).isBehind).toBe(true);
});

test('messages that wait stand apart until they are read, and vanish when they are taken back (D7)', () => {
  const queued = messageOf(2, { status: 'queued' });
  const before = conversationOf(stateOf([messageOf(0), messageOf(1), queued]));
  expect(waitingMessages(before).map(({ id }) => id)).toEqual([queued.id]);
  expect(shownMessages(before)).toHaveLength(2);

  const removed = applyEvent(before, messageEventAt(1, { action: 'removed', messageId: queued.id }));
  expect(waitingMessages(removed)).toEqual([]);
});

test('older pages come before what is there, once (D13)', () => {
  const page = [messageOf(3), messageOf(2)];
  const before = conversationOf({ ...stateOf([messageOf(4), messageOf(5)]), earlier: 'c2' });
  const once = withEarlier(before, { items: page, nextCursor: 'c1' });

  expect(shownMessages(withEarlier(once, { items: page, nextCursor: 'c1' })).map(({ id }) => id)).toEqual(
    [2, 3, 4, 5].map(messageId),
  );
  expect(once.earlier).toBe('c1');
  // Reading the newest messages again keeps them.
  const again = readAgain(once, { ...stateOf([messageOf(5), messageOf(6)]), earlier: 'c4' });
  expect(shownMessages(again)).toHaveLength(5);
  expect(again.earlier).toBe('c1');
});

test('an answer of the API never takes back what the feed has brought already', () => {
  const before = conversationOf(stateOf([messageOf(0), messageOf(1)]));
  const early = messageOf(1, { status: 'streaming', parts: [] });

  expect(withAnswered(before, [early])).toBe(before);
});

test('all messages of a session are taken in; those of other topics’ kinds change nothing but the place (E5 E7 E8 E9)', () => {
  const before = conversationOf(stateOf([messageOf(0)]));
  const tell = (seq: number, type: string, data: unknown) =>
    liveEvent.parse({ topic: `session:${sessionId}`, seq, at: '2026-11-21T10:00:00.000Z', type, data });
  const status = {
    sessionId,
    agent: 'daifu',
    status: 'processing',
    task: 'Reading',
    progress: 10,
    startedAt: null,
    finishedAt: null,
    error: null,
    jobId: null,
  };

  expect(applyEvent(before, tell(1, 'agent_status', status)).agent).toEqual(status);
  expect(
    applyEvent(before, tell(1, 'statistics', { ...noStatistics, sessionId, toolCalls: 4 })).statistics.toolCalls,
  ).toBe(4);
  const job = { jobId: `job_${'0'.repeat(26)}`, progress: 4, message: null };
  expect(applyEvent(before, tell(1, 'progress', job))).toEqual({ ...before, seq: 1 });
});
