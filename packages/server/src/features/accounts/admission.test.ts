import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { openTestDatabase } from '#testing/open-test-database.ts';
import { administrator, startTeamApp } from '#testing/start-team-app.ts';
import { startTestApp } from '#testing/start-test-app.ts';

test('by invitation only: strangers are told so, administrators and the invited come in (B10)', async () => {
  await using app = await startTeamApp({ env: { YUDAI_SIGN_UP: 'invited' } });

  const stranger = await app.signIn('stranger');
  const grace = await app.signIn(administrator);

  expect(stranger.landedAt).toBe('http://localhost/sign-in?error=not_invited&error_description=not_invited');
  expect(stranger.cookies.size).toBe(0);
  expect(await grace.client.accounts.get({})).toMatchObject({ username: administrator, administrator: true });
  const people = await grace.client.accounts.people({});
  expect(people.items.map(({ username }) => username)).toEqual([administrator]);
  const failed = await grace.client.audit.list({ action: 'sign_in.failed' });
  expect(failed.items[0]).toMatchObject({ actor: { name: 'stranger' }, details: { reason: 'not_invited' } });
});

test('a suspended person is out at once and cannot come back until they are restored (B13)', async () => {
  await using app = await startTeamApp();
  const bob = await app.signIn('bob');
  const grace = await app.signIn(administrator);
  const { id } = await bob.client.accounts.get({});

  await grace.client.accounts.updatePerson({ id, suspended: true });

  await expect(bob.client.accounts.get({})).rejects.toMatchObject({ code: 'unauthorized' });
  expect((await app.signIn('bob')).landedAt).toContain('/sign-in?error=suspended');
  await grace.client.accounts.updatePerson({ id, suspended: false });
  expect((await app.signIn('bob')).landedAt).toBe('http://localhost/');
});

test('there is always an administrator, and only administrators make others (B10)', async () => {
  await using app = await startTeamApp();
  const bob = await app.signIn('bob');
  const grace = await app.signIn(administrator);
  const [{ id: bobId }, { id: graceId }] = [await bob.client.accounts.get({}), await grace.client.accounts.get({})];

  await expect(bob.client.accounts.updatePerson({ id: bobId, administrator: true })).rejects.toMatchObject({
    code: 'forbidden',
  });
  await expect(bob.client.accounts.people({})).rejects.toMatchObject({ code: 'forbidden' });
  await expect(grace.client.accounts.updatePerson({ id: graceId, administrator: false })).rejects.toMatchObject({
    code: 'conflict',
  });
  await expect(grace.client.accounts.updatePerson({ id: graceId, suspended: true })).rejects.toMatchObject({
    code: 'conflict',
  });
  expect(await grace.client.accounts.updatePerson({ id: bobId, administrator: true })).toMatchObject({
    administrator: true,
  });
  expect((await bob.client.accounts.people({})).items).toHaveLength(2);
});

test('who used Yudai alone goes on as the first administrator who signs in, with everything they had (B14)', async () => {
  const database = await openTestDatabase();
  const keep = { ...database, close: async () => undefined };
  const alone = await startTestApp({ database: keep });
  const owner = (await alone.client.system.info({})).user;
  await alone.close();
  await using app = await startTeamApp({ database: keep });

  const grace = await app.signIn(administrator);
  const again = await app.signIn(administrator);

  expect((await grace.client.accounts.get({})).id).toBe(owner.id);
  expect((await again.client.accounts.get({})).id).toBe(owner.id);
  const { rows } = await database.asSystem((db) =>
    db.execute<{ n: number }>(sql`select count(*)::int as n from users`),
  );
  expect(rows).toEqual([{ n: 1 }]);
  await app.close();
  await database.close();
});
