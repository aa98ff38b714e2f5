import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '#kernel/clock.ts';
import { openTestDatabase, type TestDatabase } from '#testing/open-test-database.ts';
import { ensureLocalOwner } from './index.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test('ten nodes that start together agree on one local owner, who stays the same at the next start', async () => {
  const owners = await Promise.all(
    Array.from({ length: 10 }, () => ensureLocalOwner({ database, clock: systemClock })),
  );
  const later = await ensureLocalOwner({ database, clock: systemClock });

  expect(new Set(owners.map((owner) => owner.id))).toEqual(new Set([later.id]));
  expect(later.name).not.toBe('');
});
