import type { LiveMessage, Topic } from '@yudai/contract';
import { afterEach, expect, test } from 'vitest';
import { newId } from '#kernel/ids.ts';
import { systemClock } from '#kernel/clock.ts';
import type { Database } from '#platform/db/index.ts';
import { silentLog } from '#platform/log/index.ts';
import { ensureLocalOwner } from '#features/accounts/index.ts';
import { openTestDatabase, type TestDatabase } from '#testing/open-test-database.ts';
import { createLive } from './live.ts';
import { createRelay } from './relay.ts';

let database: TestDatabase | undefined;
afterEach(() => database?.close());

const piece = (text: string): LiveMessage => ({
  type: 'message',
  data: { action: 'delta', messageId: newId('message', new Date()), part: 0, kind: 'text', offset: 0, text },
});
const textOf = (message: LiveMessage): string =>
  message.type === 'message' && message.data.action === 'delta' ? message.data.text : '';
const join = (earlier: LiveMessage, later: LiveMessage): LiveMessage => piece(textOf(earlier) + textOf(later));

async function open() {
  database = await openTestDatabase();
  const owner = await ensureLocalOwner({ database, clock: systemClock });
  const live = createLive({ database, clock: systemClock, log: silentLog() });
  const ctx = {
    actor: { userId: owner.id, name: owner.name, via: 'local' as const },
    signal: new AbortController().signal,
    requestId: 'x',
  };
  return { database, live, ctx, ownerId: owner.id };
}

const newTopic = (): Topic => `session:${newId('session', new Date())}`;

test('what is written piece by piece is told in order, in fewer events than pieces (E6)', async () => {
  const { live, ctx, ownerId, ...opened } = await open();
  const relay = createRelay({ database: opened.database, clock: systemClock, log: silentLog(), join });
  const topics = Array.from({ length: 10 }, newTopic);
  const words = Array.from({ length: 200 }, (_, n) => `${n} `);

  for (const word of words) {
    for (const topic of topics) relay.write({ ownerId }, topic, piece(word));
    if (Math.random() < 0.2) await new Promise(setImmediate);
  }
  const last = await Promise.all(topics.map((topic) => relay.drained(topic)));

  for (const [place, topic] of topics.entries()) {
    const events = await live.read(ctx, topic, 0, 1000);
    expect(events.map((event) => textOf(event)).join('')).toBe(words.join(''));
    expect(events.length).toBeLessThan(words.length);
    expect(events.at(-1)?.seq).toBe(last[place]);
  }
});

test('a stream that is not stored says so to who waits for it, and the others go on (E6)', async () => {
  const { live, ctx, ownerId, ...opened } = await open();
  let isAway = false;
  const failing: Pick<Database, 'asSystem'> = {
    asSystem: async (work) => {
      if (isAway) throw new Error('the database is away');
      return opened.database.asSystem(work);
    },
  };
  const relay = createRelay({ database: failing, clock: systemClock, log: silentLog(), join });
  const topic = newTopic();

  isAway = true;
  relay.write({ ownerId }, topic, piece('lost'));
  await expect(relay.drained(topic)).rejects.toThrow('away');
  isAway = false;
  relay.write({ ownerId }, topic, piece('told'));
  await relay.drained(topic);

  expect((await live.read(ctx, topic, 0, 10)).map(textOf)).toEqual(['told']);
});

test('who waits for one stream does not wait for the others to fall silent (E6)', async () => {
  const { ownerId, ...opened } = await open();
  const relay = createRelay({ database: opened.database, clock: systemClock, log: silentLog(), join });
  const [busy, quiet] = [newTopic(), newTopic()];
  const stop = new AbortController();
  const chatter = (async () => {
    while (!stop.signal.aborted) {
      relay.write({ ownerId }, busy, piece('x'));
      await new Promise(setImmediate);
    }
  })();

  relay.write({ ownerId }, quiet, piece('y'));
  expect(await relay.drained(quiet)).toBe(1);
  stop.abort();
  await chatter;
  await relay.drained(busy);
});
