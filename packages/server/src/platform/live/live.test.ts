import type { Id, LiveEvent, LiveMessage, Topic } from '@yudai/contract';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { systemClock } from '#kernel/clock.ts';
import type { Context } from '#kernel/context.ts';
import { newId } from '#kernel/ids.ts';
import { openDatabase } from '#platform/db/index.ts';
import { openTestDatabase, type TestDatabase } from '#testing/open-test-database.ts';
import { createLive, type Live, SlowReaderError } from './index.ts';

const log = pino({ level: 'silent' });
let database: TestDatabase;
let live: Live;
let ada: Id<'user'>;
let bob: Id<'user'>;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

beforeEach(async () => {
  live = createLive({ database, clock: systemClock, log });
  [ada, bob] = [await addUser('Ada'), await addUser('Bob')];
});
afterEach(() => live.close());

test('events of a topic are numbered from 1 without gaps, however many write at once (E15)', async () => {
  const topic = jobTopic();

  const numbers = await Promise.all(Array.from({ length: 60 }, (_, index) => say(topic, index)));

  expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  expect(seqs(await live.read(as(ada), topic, 0, 100))).toEqual(numbers.toSorted((a, b) => a - b));
});

test('a transaction that is rolled back tells nothing and leaves no gap', async () => {
  const topic = jobTopic();
  await say(topic, 0);
  const reading = follow(ada, topic, 0);

  await expect(
    database.asUser(ada, async (db) => {
      await live.append(db, { ownerId: ada }, topic, progress(1));
      throw new Error('changed my mind');
    }),
  ).rejects.toThrow('changed my mind');
  await say(topic, 2);

  expect(await reading.take(2)).toEqual([
    [1, 0],
    [2, 2],
  ]);
});

test('a follower sees an event only once it is committed, in the order of commits', async () => {
  const topic = jobTopic();
  await say(topic, 0);
  const reading = follow(ada, topic, 0);
  await reading.take(1);
  const order: string[] = [];

  await database.asUser(ada, async (db) => {
    await live.append(db, { ownerId: ada }, topic, progress(1));
    order.push('appended');
  });
  order.push('committed');
  await reading.take(1);
  order.push('seen');

  expect(order).toEqual(['appended', 'committed', 'seen']);
});

test('a reader that is cut 1,000 times resumes without a gap or a duplicate while events are written (E15 R5)', async () => {
  const topic = jobTopic();
  const total = 1_500;
  const writing = (async () => {
    for (let sent = 0; sent < total; sent += 15) {
      await database.asUser(ada, async (db) => {
        for (let index = sent; index < sent + 15; index += 1)
          await live.append(db, { ownerId: ada }, topic, progress(index));
      });
    }
  })();
  await say(topic, -1);

  const seen: number[] = [];
  const random = seededRandom(7);
  let cuts = 0;
  while (seen.length <= total) {
    const reading = follow(ada, topic, seen.at(-1) ?? 0);
    // Short readings mostly, so that cuts fall into catching up, into the change to live, and into live.
    const length = cuts < 1_000 ? Math.floor(random() * 3) : total + 1 - seen.length;
    const taken = await reading.take(Math.min(length, total + 1 - seen.length));
    seen.push(...taken.map(([seq]) => seq));
    await reading.stop();
    cuts += 1;
  }
  await writing;

  expect(cuts).toBeGreaterThanOrEqual(1_000);
  expect(seen).toEqual(Array.from({ length: total + 1 }, (_, index) => index + 1));
}, 120_000);

test('a reader that stalls is let go with where to resume, and never delays its neighbours (R6)', async () => {
  const topic = jobTopic();
  await say(topic, 0);
  const stalled = Array.from({ length: 20 }, () => follow(ada, topic, 1, { events: 50, bytes: 1_000_000 }));
  const neighbour = follow(ada, topic, 1);
  const neighbourSaw = neighbour.take(200);
  await say(topic, 1);
  for (const reading of stalled) await reading.take(1);

  for (let index = 2; index <= 200; index += 1) await say(topic, index);

  expect((await neighbourSaw).length).toBe(200);
  const failure = await stalled[0]?.take(1).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(SlowReaderError);
  const resumeAfter = failure instanceof SlowReaderError ? failure.cursors.get(topic) : undefined;
  expect(resumeAfter).toBe(2);
  const resumed = await follow(ada, topic, resumeAfter).take(199);
  expect(resumed.map(([seq]) => seq)).toEqual(Array.from({ length: 199 }, (_, index) => index + 3));
});

test('a reader is let go by the bytes that wait for it as well as by their number', async () => {
  const topic = jobTopic();
  await say(topic, 0);
  const reading = follow(ada, topic, 1, { events: 1_000, bytes: 10_000 });
  const neighbour = follow(ada, topic, 1);
  const neighbourSaw = neighbour.take(4);

  await say(topic, 1);
  await reading.take(1);
  for (let index = 2; index < 5; index += 1) {
    await database.asUser(ada, (db) => live.append(db, { ownerId: ada }, topic, progress(index, 'x'.repeat(6_000))));
  }
  await neighbourSaw;

  await expect(reading.take(1)).rejects.toBeInstanceOf(SlowReaderError);
});

test('a reader far behind is served from the table at its own pace, and is never let go for that', async () => {
  const topic = jobTopic();
  await say(topic, 0);
  await database.asUser(ada, async (db) => {
    for (let index = 1; index < 500; index += 1) await live.append(db, { ownerId: ada }, topic, progress(index));
  });
  const reading = follow(ada, topic, 0, { events: 5, bytes: 1_000 });
  await reading.take(10);

  for (let index = 500; index < 520; index += 1) await say(topic, index);

  expect((await reading.take(510)).map(([seq]) => seq)).toEqual(Array.from({ length: 510 }, (_, index) => index + 11));
});

test("another person's feed is not found, whether it exists or not (M25)", async () => {
  const topic = jobTopic();
  await say(topic, 0);

  await expect(live.read(as(bob), topic, 0, 10)).rejects.toMatchObject({ code: 'not_found' });
  await expect(live.cursors(as(bob), [topic])).rejects.toMatchObject({ code: 'not_found' });
  await expect(follow(bob, topic, 0).take(1)).rejects.toMatchObject({ code: 'not_found' });
  await expect(follow(bob, jobTopic(), 0).take(1)).rejects.toMatchObject({ code: 'not_found' });
  // Which wall stops it first, the policy or the statement's own condition, differs between versions of Postgres.
  await expect(database.asUser(bob, (db) => live.append(db, { ownerId: bob }, topic, progress(1)))).rejects.toThrow(
    /belongs to its owner alone|You may not change this/,
  );
  // Not even in the owner's name: the database itself refuses.
  await expect(
    database.asUser(bob, (db) => live.append(db, { ownerId: ada }, topic, progress(1))),
  ).rejects.toMatchObject({
    code: 'forbidden',
  });
  expect(await live.cursors(as(ada), [topic])).toEqual(new Map([[topic, 1]]));
});

test("a person's own feed and an opened topic can be followed before their first event", async () => {
  const opened = jobTopic();
  await database.asUser(ada, (db) => live.open(db, { ownerId: ada }, opened));
  const reading = followMany(
    ada,
    new Map([
      [`user:${ada}`, undefined],
      [opened, 0],
    ]),
  );
  const first = reading.take(1);
  await say(opened, 1);
  await first;

  await say(`user:${ada}`, 2);

  expect([...(await first), ...(await reading.take(1))].map(([, value]) => value)).toEqual([1, 2]);
});

test('a reader without a number follows from now on', async () => {
  const topic = jobTopic();
  for (let index = 0; index < 5; index += 1) await say(topic, index);
  let seen: [number, number][] | undefined;
  const reading = follow(ada, topic, undefined).take(3);
  void reading.then((taken) => (seen = taken));

  // Until it hears something: when exactly it has joined cannot be seen from outside.
  for (let index = 5; seen === undefined; index += 1) await say(topic, index);

  const start = seen[0]?.[0] ?? 0;
  expect(start).toBeGreaterThan(5);
  expect(seen.map(([seq]) => seq)).toEqual([start, start + 1, start + 2]);
});

test('two nodes on one database see each other’s events at once, in the same order (E4)', async () => {
  const elsewhere = createLive({ database: await secondConnection(), clock: systemClock, log });
  const topic = jobTopic();
  await say(topic, 0);
  const here = follow(ada, topic, 0);
  const there = reader(elsewhere, ada, new Map([[topic, 0]]));
  await Promise.all([here.take(1), there.take(1)]);

  for (let index = 1; index <= 20; index += 1) {
    const node = index % 2 === 0 ? live : elsewhere;
    await database.asUser(ada, (db) => node.append(db, { ownerId: ada }, topic, progress(index)));
  }

  const expected = Array.from({ length: 20 }, (_, index) => [index + 2, index + 1]);
  expect(await here.take(20)).toEqual(expected);
  expect(await there.take(20)).toEqual(expected);
  elsewhere.close();
});

test('what is pruned is gone for who resumes before it, and only for them', async () => {
  const topic = jobTopic();
  for (let index = 0; index < 10; index += 1) await say(topic, index);
  const later = new Date(Date.now() + 60_000);

  expect(await live.prune(later)).toBeGreaterThanOrEqual(10);
  await say(topic, 10);

  expect(seqs(await live.read(as(ada), topic, 0, 100))).toEqual([11]);
  expect(seqs(await live.read(as(ada), topic, 10, 100))).toEqual([11]);
  await expect(live.read(as(ada), topic, 4, 100)).rejects.toMatchObject({ code: 'gone' });
  await expect(follow(ada, topic, 4).take(1)).rejects.toMatchObject({ code: 'gone' });
  await expect(follow(ada, topic, 99).take(1)).rejects.toMatchObject({ code: 'gone' });
});

test('removing a topic removes its events, and closing ends every follower', async () => {
  const [topic, other] = [jobTopic(), jobTopic()];
  await say(topic, 0);
  await say(other, 0);
  const ended = follow(ada, other, 1).take(1);

  await database.asUser(ada, (db) => live.remove(db, [topic]));
  live.close();

  expect(await ended).toEqual([]);
  await expect(live.read(as(ada), topic, 0, 10)).rejects.toMatchObject({ code: 'not_found' });
});

/** A second pool and a second LISTEN on the same database: another node on Postgres, another client of the engine embedded. */
async function secondConnection() {
  if (!('url' in database.target)) return database;
  const second = await openDatabase({ url: database.target.url, log });
  extra.push(() => second.close());
  return second;
}
const extra: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of extra.splice(0)) await close();
});

const jobTopic = (): Topic => `job:${newId('job', new Date())}`;
const say = (topic: Topic, value: number) =>
  database.asUser(ada, (db) => live.append(db, { ownerId: ada }, topic, progress(value)));
const seqs = (events: readonly LiveEvent[]) => events.map((event) => event.seq);
const as = (userId: Id<'user'>): Context => ({
  actor: { userId, name: 'a person', via: 'local' },
  signal: new AbortController().signal,
  requestId: 'test',
});

function progress(value: number, message: string | null = null): LiveMessage {
  return { type: 'progress', data: { jobId: newId('job', new Date(0)), progress: value, message } };
}

async function addUser(name: string): Promise<Id<'user'>> {
  const id = newId('user', new Date());
  await database.asSystem((db) =>
    db.execute(`insert into users (id, name, created_at) values ('${id}', '${name}', now())`),
  );
  return id;
}

const follow = (userId: Id<'user'>, topic: Topic, after: number | undefined, bufferLimit = {}) =>
  reader(live, userId, new Map([[topic, after]]), bufferLimit);
const followMany = (userId: Id<'user'>, cursors: Map<Topic, number | undefined>) => reader(live, userId, cursors);

/** Reads a subscription by hand: `take` returns [seq, value] of the next events. */
function reader(node: Live, userId: Id<'user'>, cursors: Map<Topic, number | undefined>, bufferLimit = {}) {
  const stopping = new AbortController();
  const events = node.subscribe(as(userId), cursors, { signal: stopping.signal, bufferLimit })[Symbol.asyncIterator]();
  return {
    take: async (count: number) => {
      const taken: [number, number][] = [];
      while (taken.length < count) {
        const { value, done } = await events.next();
        if (done === true) break;
        if (value.type === 'progress') taken.push([value.seq, value.data.progress]);
      }
      return taken;
    },
    stop: async () => {
      stopping.abort();
      await events.return?.();
    },
  };
}

/** A small generator of repeatable random numbers (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
