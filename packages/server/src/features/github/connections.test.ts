// One database is enough: tokens are renewed and sealed before they are rows, and github.test.ts stores and reads such rows on both.
import { sql } from 'drizzle-orm';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { GitHubDouble } from '#testing/github/index.ts';
import { startTeamApp, type TeamApp } from '#testing/start-team-app.ts';

let team: TeamApp;
let github: GitHubDouble;
const logged: string[] = [];

beforeAll(async () => {
  const stream = new Writable({
    write(chunk, _encoding, done) {
      logged.push(String(chunk));
      done();
    },
  });
  // Without the redaction of the product's own log: what comes here was logged as it is.
  team = await startTeamApp({ log: pino({ level: 'trace' }, stream) });
  github = team.github;
  await github.addUser({ login: 'owner' });
  await github.addRepository({ fullName: 'owner/private', private: true, files: { 'a.txt': 'a\n' } });
});
afterAll(() => team.close());

const refusal = (work: Promise<unknown>): Promise<{ code: string; status: number; message: string; data: unknown }> =>
  work.then(
    () => {
      throw new Error('This was not refused.');
    },
    (error: { code: string; status: number; message: string; data: unknown }) => error,
  );
const renewals = () => github.tokenExchanges().filter((grant) => grant === 'refresh_token').length;

async function expireInDatabase(login: string, seconds: number): Promise<void> {
  const until = new Date(Date.now() + seconds * 1000).toISOString();
  await team.database.asSystem((db) =>
    db.execute(sql`update github_connections set expires_at = ${until} where login = ${login}`),
  );
}

test('signing in connects GitHub, and the connection tells how it is (B8)', async () => {
  const ada = await team.signIn('ada');

  const before = await ada.client.github.status({});
  const checked = await ada.client.github.check({});

  expect(before).toMatchObject({ url: github.url, connection: { login: 'ada', status: 'ok' } });
  expect(new Date(before.connection?.expiresAt ?? 0).getTime()).toBeGreaterThan(Date.now() + 7 * 3_600_000);
  expect(checked).toMatchObject({
    login: 'ada',
    name: expect.stringMatching(/^ada Example$/i),
    status: 'ok',
    rateLimit: { left: 4987 },
  });
  expect(checked.checkedAt).not.toBeNull();
});

test('tokens are renewed before they end, once, however many ask at the same time (B8 C7)', async () => {
  const bea = await team.signIn('bea');
  await expireInDatabase('bea', 60);
  const before = renewals();

  const checks = await Promise.all(Array.from({ length: 8 }, () => bea.client.github.check({})));

  expect(checks.every(({ status }) => status === 'ok')).toBe(true);
  expect(renewals() - before).toBe(1);
  const { connection } = await bea.client.github.status({});
  expect(new Date(connection?.expiresAt ?? 0).getTime()).toBeGreaterThan(Date.now() + 7 * 3_600_000);
});

test('a token that GitHub refuses early is renewed, and the request goes through (B8)', async () => {
  const cleo = await team.signIn('cleo');
  github.expireTokensOf('cleo');

  const checked = await cleo.client.github.check({});

  expect(checked).toMatchObject({ login: 'cleo', status: 'ok' });
});

test('while GitHub cannot renew, a token that still counts is used (C7)', async () => {
  const dora = await team.signIn('dora');
  await expireInDatabase('dora', 120);
  github.refuseRenewals(true);
  onTestFinished(() => github.refuseRenewals(false));

  expect(await dora.client.github.check({})).toMatchObject({ login: 'dora', status: 'ok' });
  await expireInDatabase('dora', -1);
  expect(await refusal(dora.client.github.check({}))).toMatchObject({ code: 'upstream_failed', status: 502 });
  github.refuseRenewals(false);
  expect(await dora.client.github.check({})).toMatchObject({ status: 'ok' });
});

test('a connection that GitHub has ended says to connect again, and signing in again heals it (B8)', async () => {
  const fay = await team.signIn('fay');
  github.revokeTokensOf('fay');

  const refused = await refusal(fay.client.github.repositories({}));
  const after = await fay.client.github.status({});
  const again = await refusal(fay.client.github.check({}));
  const back = await team.signIn('fay');

  expect(refused).toMatchObject({ code: 'conflict', status: 409, data: { reason: 'reauthorize' } });
  expect(refused.message).toContain('Connect GitHub again');
  expect(after.connection?.status).toBe('needs_reauthorization');
  expect(again.data).toEqual({ reason: 'reauthorize' });
  expect(await back.client.github.check({})).toMatchObject({ status: 'ok' });
});

test('disconnecting forgets the tokens and what was kept for the person, and is written down', async () => {
  const gil = await team.signIn('gil');
  await github.addRepository({ fullName: 'gil/one', private: true, files: { 'a.txt': 'a' } });
  await gil.client.github.repositories({});

  const first = await gil.client.github.disconnect({});
  const second = await gil.client.github.disconnect({});

  expect([first.disconnected, second.disconnected]).toEqual([true, false]);
  expect(await refusal(gil.client.github.repositories({}))).toMatchObject({ data: { reason: 'connect' } });
  const { rows } = await team.database.asSystem((db) =>
    db.execute(sql`select 1 from github_access a join users u on u.id = a.owner_id where u.username = 'gil'`),
  );
  expect(rows).toEqual([]);
  const { items } = await gil.client.audit.list({});
  expect(items.map(({ action }) => action)).toContain('github.disconnected');
});

test('a token by hand connects as well; one that GitHub does not know is refused and not repeated', async () => {
  const hal = await team.signIn('hal');
  const invented = 'ghp_invented0123456789abcdefghijklmnop';

  const refused = await refusal(hal.client.github.connect({ token: invented }));
  const connected = await hal.client.github.connect({ token: github.personalToken('hal') });

  expect(refused.code).toBe('invalid_input');
  expect(JSON.stringify(refused)).not.toContain(invented);
  expect(connected).toMatchObject({ login: 'hal', expiresAt: null, scopes: ['repo', 'read:user', 'user:email'] });
});

test('an invitation finds people by their name on GitHub', async () => {
  await github.addUser({ login: 'newcomer' });
  const ian = await team.signIn('ian');
  await ian.client.github.connect({ token: github.personalToken('ian') });
  await github.addRepository({ fullName: 'ian/work', private: true, files: { 'a.txt': 'a\n' } });
  const { project } = await ian.client.projects.connect({ source: { kind: 'github', repository: 'ian/work' } });

  const invited = await ian.client.projects.invite({ id: project.id, username: 'newcomer', role: 'member' });
  const nobody = await refusal(
    ian.client.projects.invite({ id: project.id, username: 'no-such-name', role: 'member' }),
  );

  expect(invited).toMatchObject({ username: 'newcomer', role: 'member' });
  expect(nobody.code).toBe('not_found');
});

test('no table and no line of the log holds a token of anybody (S3 N12)', async () => {
  const { rows: tables } = await team.database.asSystem((db) =>
    db.execute<{
      name: string;
    }>(sql`select table_schema || '.' || quote_ident(table_name) as name from information_schema.tables
      where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`),
  );
  const dump: string[] = [];
  for (const { name } of tables) {
    const read = () =>
      team.database.asSystem((db) =>
        db.execute<{ row: string }>(sql.raw(`select to_jsonb(t)::text as row from ${name} t`)),
      );
    dump.push(...(await read()).rows.map(({ row }) => row));
  }
  const whole = `${dump.join('\n')}\n${logged.join('')}`;

  expect(github.tokens().length).toBeGreaterThan(15);
  expect(github.tokens().filter((token) => whole.includes(token))).toEqual([]);
  // The control: the sealed ones are there, and what is not secret is found by the same search.
  expect(whole).toContain('"login": "ada"');
  expect(whole).toMatch(/"access_token": "v2\./);
  expect(logged.join('')).toContain('github.check');
});

test('everything that was sent and answered in this file is what GitHub describes (C1)', () => {
  expect(github.violations()).toEqual([]);
});
