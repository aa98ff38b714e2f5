import { expect, test } from 'vitest';
import { systemClock } from '#kernel/clock.ts';
import { silentLog } from '#platform/log/index.ts';
import { keepHouse } from './housekeeping.ts';

test('live events older than a week are removed again and again until the app stops', async () => {
  const now = new Date('2026-11-21T00:00:00Z');
  const { promise: pruned, resolve } = Promise.withResolvers<Date[]>();
  const calls: Date[] = [];
  const live = {
    prune: async (before: Date) => {
      calls.push(before);
      if (calls.length === 1) throw new Error('the database is away');
      if (calls.length === 2) resolve(calls);
      return 3;
    },
  };

  const limits = { prune: async () => Promise.reject(new Error('the database is away')) };
  const accounts = { sweep: async () => Promise.reject(new Error('the database is away')) };
  const models = { prune: async () => Promise.reject(new Error('the database is away')) };
  const chat = { sweep: async () => Promise.reject(new Error('the database is away')) };
  const solver = { sweep: async () => Promise.reject(new Error('the disk is away')) };
  const clock = { ...systemClock, now: () => now };
  const stop = keepHouse({ live, limits, accounts, models, chat, solver, clock, log: silentLog() }, 1);
  const before = await pruned;
  stop();

  expect(before[0]).toEqual(new Date('2026-11-14T00:00:00Z'));
});
