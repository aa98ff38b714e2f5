import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '#kernel/clock.ts';
import { openTestDatabase, type TestDatabase } from '#testing/open-test-database.ts';
import { createAccounts } from './index.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test('ten nodes that start together agree on one local owner, who stays the same at the next start', async () => {
  const nodes = Array.from({ length: 10 }, () => createAccounts({ database, clock: systemClock }));

  const owners = await Promise.all(nodes.map((node) => node.ensureLocalOwner()));
  const later = await createAccounts({ database, clock: systemClock }).ensureLocalOwner();

  expect(new Set(owners.map((owner) => owner.id))).toEqual(new Set([later.id]));
  expect(later.name).not.toBe('');
});
