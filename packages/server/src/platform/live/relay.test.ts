import type { Id, LiveMessage, Topic } from '@yudai/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#kernel/ids.ts';
import { systemClock } from '#kernel/clock.ts';
import type { Context } from '#kernel/context.ts';
import type { Database } from '#platform/db/index.ts';
import { silentLog } from '#platform/log/index.ts';
import { ensureLocalOwner } from '#features/accounts/index.ts';
import { openTestDatabase, type TestDatabase } from '#testing/open-test-database.ts';
import { createLive, type Live } from './live.ts';
import { createRelay } from './relay.ts';

let opened: TestDatabase;
let ownerId: Id<'user'>;
let ctx: Context;
let live: Live;
/** How often the database was asked anything as the system, by which feeds are written and read. */
let asked = 0;
beforeAll(async () => {
  opened = await openTestDatabase();
  const owner = await ensureLocalOwner({ database: opened, clock: systemClock });
  ownerId = owner.id;
  ctx = {
    actor: { userId: owner.id, name: owner.name, via: 'local' },
    signal: new AbortController().signal,
    requestId: 'x',
  };
  const asSystem: Database['asSystem'] = (work) => {
    asked += 1;
    return opened.asSystem(work);
  };
  const askAsSystem: Database['askAsSystem'] = (statement) => {
    asked += 1;
    return opened.askAsSystem(statement);
  };
  live = createLive({ database: { ...opened, asSystem, askAsSystem }, clock: systemClock, log: silentLog() });
});
afterAll(async () => {
  live.close();
  await opened.close();
});

const piece = (text: string): LiveMessage => ({
  type: 'message',
  data: { action: 'delta', messageId: newId('message', new Date()), part: 0, kind: 'text', offset: 0, text },
});
const textOf = (message: LiveMessage): string =>
  message.type === 'message' && message.data.action === 'delta' ? message.data.text : '';
const join = (earlier: LiveMessage, later: LiveMessage): LiveMessage => piece(textOf(earlier) + textOf(later));

const newTopic = (): Topic => `session:${newId('session', new Date())}`;

test('what is written piece by piece is told in order, in fewer events than pieces (E6)', async () => {
  const relay = createRelay({ live, log: silentLog(), join });
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
  let isAway = false;
  const failing: Pick<Live, 'appendMany'> = {
    appendMany: async (events) => {
      if (isAway) throw new Error('the database is away');
      return live.appendMany(events);
    },
  };
  const relay = createRelay({ live: failing, log: silentLog(), join });
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
  const relay = createRelay({ live, log: silentLog(), join });
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

test('who watches is told of each piece once and in order, whoever else writes to the topic (E4 E6)', async () => {
  const relay = createRelay({ live, log: silentLog(), join });
  const topic = newTopic();
  await opened.asSystem((db) => live.open(db, { ownerId }, topic));
  const stop = new AbortController();
  const seen: number[] = [];
  const watching = (async () => {
    for await (const { seq } of live.subscribe(ctx, new Map([[topic, 0]]), { signal: stop.signal })) {
      seen.push(seq);
      if (seq === 120) stop.abort();
    }
  })();

  const others = (async () => {
    for (let n = 0; n < 60; n += 1) {
      await opened.asUser(ownerId, (db) => live.append(db, { ownerId }, topic, piece('other')));
    }
  })();
  for (let n = 0; n < 60; n += 1) {
    relay.write({ ownerId }, topic, piece('own'));
    await relay.drained(topic);
  }
  await Promise.all([others, watching]);

  expect(seen).toEqual(Array.from({ length: 120 }, (_, n) => n + 1));
});

test('what this process has stored itself is told without reading it back (E6)', async () => {
  const relay = createRelay({ live, log: silentLog(), join });
  const topic = newTopic();
  await opened.asSystem((db) => live.open(db, { ownerId }, topic));
  const stop = new AbortController();
  const events = live.subscribe(ctx, new Map([[topic, 0]]), { signal: stop.signal })[Symbol.asyncIterator]();
  relay.write({ ownerId }, topic, piece('first'));
  await events.next();
  await relay.drained(topic);

  const before = asked;
  for (let n = 0; n < 20; n += 1) {
    relay.write({ ownerId }, topic, piece('word'));
    await events.next();
    await relay.drained(topic);
  }

  expect(asked - before).toBe(20);
  stop.abort();
  await events.next();
});
