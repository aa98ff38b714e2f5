import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppError } from '#kernel/app-error.ts';
import { openTestDatabase, type TestDatabase } from '#testing/open-test-database.ts';
import { createLimits, type Limits, type LimitsSettings, type Price } from './index.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const settings: LimitsSettings = { user: 60, address: 60, auth: 10, repositories: 20, answers: 20, solves: 5 };
const start = Date.parse('2026-11-21T12:00:00Z');

/** Something that allows calls or does not: our buckets, and below what the predecessors had. */
interface Counter {
  charge(prices: readonly Price[]): Promise<void>;
}

/** Limits whose time stands still until it is moved. */
function stopped(createCounter = newLimits) {
  let now = start;
  const clock = { now: () => new Date(now) };
  return { limits: createCounter(clock), pass: (ms: number) => (now += ms) };
}

function newLimits(clock: { now(): Date }): Limits {
  return createLimits({ database, settings, clock });
}

let people = 0;
const somebody = () => `usr_${(people += 1)}`;
const change = (of: string, bucket: Price['bucket'] = 'user', tokens = 1): Price => ({ bucket, of, tokens });

/** 0 when it was let through, else the seconds to wait. */
async function tried(limits: Counter, ...prices: Price[]): Promise<number> {
  try {
    await limits.charge(prices);
    return 0;
  } catch (error) {
    if (error instanceof AppError && error.code === 'too_many_requests')
      return Number(error.details?.['retryAfterSeconds']);
    throw error;
  }
}

async function letThrough(limits: Counter, calls: number, price: () => Price): Promise<number> {
  let count = 0;
  for (let call = 0; call < calls; call += 1) if ((await tried(limits, price())) === 0) count += 1;
  return count;
}

test.each<[Price['bucket'], number]>([
  ['user', 60],
  ['address', 60],
  ['auth', 10],
  ['repositories', 20],
  ['answers', 20],
  ['solves', 5],
])('%s lets exactly %i changes through at once, not one more and not one less (N2 S19 B15)', async (bucket, room) => {
  const { limits } = stopped();
  const of = somebody();

  expect(await letThrough(limits, room + 10, () => change(of, bucket))).toBe(room);
});

test('a read is a tenth of a change, to the last one (N2)', async () => {
  const { limits } = stopped();
  const of = somebody();

  expect(await letThrough(limits, 620, () => change(of, 'user', 0.1))).toBe(600);
});

test('a token is back exactly when it is due, not a millisecond sooner (N2 S19)', async () => {
  const { limits, pass } = stopped();
  const of = somebody();
  await letThrough(limits, 60, () => change(of));

  pass(999);
  expect(await tried(limits, change(of))).toBe(1);
  pass(1);
  expect(await tried(limits, change(of))).toBe(0);
  expect(await tried(limits, change(of))).toBe(1);
});

test('who asks every 0.2 seconds still gets what comes back: three in three seconds (N2)', async () => {
  expect(await recovered(stopped())).toBe(3);
});

test('an hour away fills the bucket, and not above its rim', async () => {
  const { limits, pass } = stopped();
  const of = somebody();
  await letThrough(limits, 60, () => change(of));

  pass(3_600_000);

  expect(await letThrough(limits, 70, () => change(of))).toBe(60);
});

test('around the border of a minute no more than the limit gets through (N2)', async () => {
  expect(await aroundAMinute(stopped())).toBe(60);
});

test('Retry-After is true: a second sooner is refused, then it is let through (N2)', async () => {
  const { limits, pass } = stopped();
  const of = somebody();
  await letThrough(limits, 5, () => change(of, 'solves'));

  const seconds = await tried(limits, change(of, 'solves'));
  pass((seconds - 1) * 1000);
  const sooner = await tried(limits, change(of, 'solves'));
  pass(1000);

  expect([seconds, sooner]).toEqual([12, 1]);
  expect(await tried(limits, change(of, 'solves'))).toBe(0);
});

test('of two buckets both are charged or none (N2)', async () => {
  const { limits } = stopped();
  const [of, other] = [somebody(), somebody()];
  await letThrough(limits, 20, () => change(of, 'repositories'));

  expect(await tried(limits, change(other), change(of, 'repositories'))).toBeGreaterThan(0);
  expect(await letThrough(limits, 70, () => change(other))).toBe(60);
});

test('what a refused call had paid elsewhere comes back', async () => {
  const { limits } = stopped();
  const [of, address] = [somebody(), somebody()];
  await letThrough(limits, 60, () => change(of));

  for (let call = 0; call < 100; call += 1) {
    await limits.charge([change(address, 'address')]);
    await limits.charge([change(of)], [change(address, 'address')]).catch(() => undefined);
  }

  expect(await letThrough(limits, 70, () => change(address, 'address'))).toBe(60);
});

test('people and addresses do not share a bucket', async () => {
  const { limits } = stopped();
  const [of, other] = [somebody(), somebody()];

  await letThrough(limits, 60, () => change(of));

  expect(await tried(limits, change(other))).toBe(0);
  expect(await tried(limits, change(of, 'address'))).toBe(0);
});

test('several nodes that ask at the same moment let through what one would (N2 S19)', async () => {
  const nodes = Array.from({ length: 4 }, () => stopped().limits);
  const of = somebody();

  const outcomes = await Promise.all(
    Array.from({ length: 100 }, (_, call) => tried(nodes[call % 4] ?? stopped().limits, change(of))),
  );

  expect(outcomes.filter((wait) => wait === 0)).toHaveLength(60);
});

test('a bucket of 0 does not limit', async () => {
  const limits = createLimits({ database, settings: { ...settings, user: 0 }, clock: { now: () => new Date(start) } });
  const of = somebody();

  expect(await letThrough(limits, 200, () => change(of))).toBe(200);
});

test('without a clock it is the time of the database', async () => {
  const limits = createLimits({ database, settings });
  const of = somebody();

  expect(await letThrough(limits, 5, () => change(of, 'solves'))).toBe(5);
  expect(await tried(limits, change(of, 'solves'))).toBeGreaterThan(0);
});

test('buckets that have been full for an hour are forgotten, others are not', async () => {
  const { limits, pass } = stopped();
  await limits.prune();
  const [old, young] = [somebody(), somebody()];
  await limits.charge([change(old)]);
  pass(3_600_000 + 500);
  await limits.charge([change(young)]);
  pass(501);

  await limits.prune();

  const { rows } = await database.pool.query<{ key: string }>('select key from rate_buckets where key = any($1)', [
    [`user:${old}`, `user:${young}`],
  ]);
  expect(rows).toEqual([{ key: `user:${young}` }]);
});

test('the roles that act for people cannot reach the buckets', async () => {
  for (const work of [database.asUser.bind(null, somebody() as never), database.asSystem]) {
    await expect(work((db) => db.execute('delete from rate_buckets'))).rejects.toMatchObject({ code: 'forbidden' });
  }
});

// What the predecessors counted with. The promises above are worth something only if these break them.

test('control: a fixed window lets twice the limit through around its border', async () => {
  expect(await aroundAMinute(stopped(fixedWindow))).toBe(120);
});

test('control: a bucket whose refused calls lose what had come back starves who asks often', async () => {
  expect(await recovered(stopped(forgetfulBucket))).toBe(0);
});

/** Empties the bucket, then asks every 0.2 seconds for three seconds. */
async function recovered({ limits, pass }: { limits: Counter; pass: (ms: number) => void }): Promise<number> {
  const of = somebody();
  await letThrough(limits, 60, () => change(of));
  return letThrough(limits, 15, () => {
    pass(200);
    return change(of);
  });
}

/** Everything that gets through in the second before and the second after the border of a minute, after a minute of rest. */
async function aroundAMinute({ limits, pass }: { limits: Counter; pass: (ms: number) => void }): Promise<number> {
  const of = somebody();
  pass(59_500);
  const before = await letThrough(limits, 100, () => change(of));
  pass(900);
  return before + (await letThrough(limits, 100, () => change(of)));
}

function fixedWindow(clock: { now(): Date }): Limits {
  const counts = new Map<string, number>();
  return onlyCounting((key) => {
    const window = `${key} ${Math.floor(clock.now().getTime() / 60_000)}`;
    const count = (counts.get(window) ?? 0) + 1;
    counts.set(window, count);
    return count <= 60;
  });
}

function forgetfulBucket(clock: { now(): Date }): Limits {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return onlyCounting((key) => {
    const now = clock.now().getTime();
    const { tokens, at } = buckets.get(key) ?? { tokens: 60, at: now };
    const filled = Math.min(60, tokens + Math.floor((now - at) / 1000));
    const allowed = filled >= 1;
    buckets.set(key, { tokens: allowed ? filled - 1 : 0, at: now });
    return allowed;
  });
}

function onlyCounting(allows: (key: string) => boolean): Limits {
  return {
    charge: async (prices) => {
      for (const { bucket, of } of prices) {
        if (!allows(`${bucket}:${of}`))
          throw new AppError('too_many_requests', 'x', { details: { retryAfterSeconds: 1 } });
      }
    },
    prune: async () => 0,
  };
}
