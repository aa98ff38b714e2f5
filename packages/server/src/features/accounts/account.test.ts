import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { administrator, startTeamApp, type TeamApp } from '#testing/start-team-app.ts';
import { startTestApp } from '#testing/start-test-app.ts';

let app: TeamApp;
beforeAll(async () => {
  app = await startTeamApp();
});
afterAll(() => app.close());

test('a person changes their name, level and goal, and nothing else about themselves (N16)', async () => {
  const ada = await app.signIn('ada');

  const changed = await ada.client.accounts.update({ name: 'Ada L.', skillLevel: 'advanced', goal: 'work' });
  const forged = await ada.fetch('/api/v1/account', {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ administrator: true, username: 'root' }),
  });

  expect(changed).toMatchObject({ name: 'Ada L.', skillLevel: 'advanced', goal: 'work', administrator: false });
  expect(forged.status).toBe(422);
  expect(await ada.client.accounts.get({})).toMatchObject({ username: 'ada', administrator: false });
});

test('an export holds every row that is the person’s, no row of anybody else, and no secret', async () => {
  const [ada, bob] = [await app.signIn('ada'), await app.signIn('bob')];
  await bob.client.accounts.createKey({ name: 'of Bob' });
  const { secret } = await ada.client.accounts.createKey({ name: 'of Ada' });
  const [{ id }, { id: bobId }] = [await ada.client.accounts.get({}), await bob.client.accounts.get({})];

  const { tables } = await ada.client.accounts.export({});

  const { rows: owned } = await app.database.pool.query<{ name: string }>(
    `select distinct table_name as name from information_schema.columns
     where table_schema = 'public' and column_name in ('owner_id', 'user_id') and table_name not in ('auth_accounts', 'auth_devices')`,
  );
  expect(Object.keys(tables)).toEqual(expect.arrayContaining(['users', ...owned.map(({ name }) => name)]));
  expect(tables['api_keys']?.map((row) => row['name'])).toEqual(['of Ada']);
  const text = JSON.stringify(tables);
  expect(text).toContain(id);
  expect(text).not.toContain(bobId);
  expect(text).not.toContain(secret);
  expect(text).not.toMatch(/hash|sealed/);
});

test('deleting an account shows what goes, wants to be confirmed, and takes everything the person owned (M23)', async () => {
  const eve = await app.signIn('eve');
  const { id } = await eve.client.accounts.get({});
  const preview = await eve.client.accounts.previewDeletion({});

  expect(preview).toMatchObject({ confirmation: 'eve', projects: [], sessions: 1, blockers: [] });
  await expect(eve.client.accounts.delete({ confirmation: 'EVE' })).rejects.toMatchObject({ code: 'invalid_input' });
  expect(await eve.client.accounts.delete({ confirmation: 'eve' })).toEqual({ id });

  await expect(eve.client.accounts.get({})).rejects.toMatchObject({ code: 'unauthorized' });
  const { rows } = await app.database.asSystem((db) => db.execute(sql`select id from users where id = ${id}`));
  expect(rows).toEqual([]);
  expect((await (await app.signIn('eve')).client.accounts.get({})).id).not.toBe(id);
});

test('the only administrator cannot delete their account (B10)', async () => {
  const grace = await app.signIn(administrator);

  expect((await grace.client.accounts.previewDeletion({})).blockers).toEqual([
    'You are the only administrator. Make somebody else administrator first.',
  ]);
  await expect(grace.client.accounts.delete({ confirmation: administrator })).rejects.toMatchObject({
    code: 'conflict',
  });
});

test('alone on a machine nobody signs in, and what needs sign-in says so', async () => {
  await using local = await startTestApp();

  expect(await local.client.accounts.status({})).toMatchObject({
    mode: 'local',
    signInPath: null,
    account: { administrator: true },
  });
  await expect(local.client.accounts.createKey({ name: 'x' })).rejects.toMatchObject({ code: 'conflict' });
  expect((await local.client.accounts.previewDeletion({})).blockers[0]).toContain('data directory');
  expect((await local.fetch('/api/auth/login')).status).toBe(404);
});
