import type { ChatState } from '@yudai/contract';
import { expect, test } from 'vitest';
import { ConversationStore } from '#features/chat/conversation-store.ts';
import { shownMessages } from '#features/chat/conversation.ts';
import { messageEventAt, messageId, messageOf, stateOf } from '#testing/chat-samples.ts';

function setUp(states: readonly (ChatState | Error)[]) {
  const reads = [...states];
  const waiting: (() => void)[] = [];
  let told = 0;
  const store = new ConversationStore({
    read: async () => {
      const next = reads.shift();
      if (next === undefined || next instanceof Error) throw next ?? new Error('not asked for');
      return next;
    },
    readEarlier: async (cursor) => ({ items: [messageOf(Number(cursor))], nextCursor: null }),
    soon: (run) => run(),
    later: (run) => void waiting.push(run),
  });
  store.watch(() => (told += 1));
  const shown = () => {
    const view = store.view();
    return view.state === 'ready' ? shownMessages(view.shown) : [];
  };
  return { store, waiting, shown, told: () => told };
}

const delta = (seq: number, offset: number, text: string) =>
  messageEventAt(seq, { action: 'delta', messageId: messageOf(1).id, part: 0, kind: 'text', offset, text });
const streaming = (text: string, cursor: number) => ({
  ...stateOf([messageOf(0), messageOf(1, { status: 'streaming', parts: [{ type: 'text', text }] })]),
  cursor,
});

test('events that arrive while the conversation is read again are not lost (E12)', async () => {
  const { store, shown } = setUp([streaming('ab', 2), streaming('ab', 2)]);
  await store.read();
  store.take(delta(3, 2, 'cd'));
  const reading = store.read();
  store.take(delta(4, 4, 'ef'));
  await reading;

  expect(shown().at(-1)?.parts).toEqual([{ type: 'text', text: 'abcdef' }]);
});

test('missing text is read again after a while, not at once and not twice', async () => {
  const { store, waiting, shown } = setUp([streaming('ab', 2), streaming('abcdefgh', 9)]);
  await store.read();
  store.take(delta(8, 6, 'g'));
  store.take(delta(9, 7, 'h'));
  expect(waiting).toHaveLength(1);
  waiting[0]?.();

  await expect.poll(() => shown().at(-1)?.parts).toEqual([{ type: 'text', text: 'abcdefgh' }]);
});

test('a first reading that fails says so; a later one leaves what is shown', async () => {
  const failure = new TypeError('Failed to fetch');
  const { store, shown } = setUp([failure, stateOf([messageOf(0)]), failure]);
  await store.read();
  expect(store.view()).toEqual({ state: 'failed', error: failure });
  await store.read();
  await store.read();

  expect(shown().map(({ id }) => id)).toEqual([messageId(0)]);
});

test('older messages are asked for once at a time (D13)', async () => {
  const { store, shown } = setUp([{ ...stateOf([messageOf(4)]), earlier: '3' }]);
  await store.read();
  await Promise.all([store.readEarlier(), store.readEarlier()]);

  expect(shown().map(({ id }) => id)).toEqual([3, 4].map(messageId));
});
