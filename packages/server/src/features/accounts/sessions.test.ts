import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTeamApp, type TeamApp } from '#testing/start-team-app.ts';

let app: TeamApp;
beforeAll(async () => {
  app = await startTeamApp();
});
afterAll(() => app.close());

const status = async (headers: Record<string, string>, path = '/api/v1/account'): Promise<number> =>
  (await app.app.fetch(new Request(`http://localhost${path}`, { headers }))).status;

test('sessions are listed, revoked one by one and all together, and a revoked one is out with its next request (B13)', async () => {
  const [here, there, elsewhere] = [await app.signIn('ada'), await app.signIn('ada'), await app.signIn('ada')];
  const { items } = await here.client.accounts.sessions({});
  const [first] = items.filter(({ current }) => !current);

  expect(items).toHaveLength(3);
  expect(items.filter(({ current }) => current)).toHaveLength(1);
  expect(await here.client.accounts.revokeSession({ id: first?.id ?? '' })).toEqual({ revoked: 1 });
  expect(await here.client.accounts.revokeSessions({ keepCurrent: true })).toEqual({ revoked: 1 });
  expect([await status(there.headers()), await status(elsewhere.headers())]).toEqual([401, 401]);
  expect(await status(here.headers())).toBe(200);
  await expect(here.client.accounts.revokeSession({ id: first?.id ?? '' })).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('signing out ends the session on the server, not only in the browser (B4 B13)', async () => {
  const ada = await app.signIn('ada');
  const stolen = ada.headers();

  const answer = await ada.fetch('/api/auth/sign-out', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });

  expect(answer.status).toBe(200);
  expect(ada.cookies.size).toBe(0);
  expect(await status(stolen)).toBe(401);
  const again = await app.signIn('ada');
  expect((await again.client.audit.list({ action: 'sign_out' })).items).toMatchObject([
    { actor: { via: 'session' }, details: {} },
  ]);
});

test.each([
  ['a week without use', sql`expires_at = now() - interval '1 second'`],
  ['thirty days, however much it is used', sql`created_at = now() - interval '30 days 1 second'`],
])('a session ends after %s (B13)', async (_, change) => {
  const ada = await app.signIn('ada');
  const { id } = await ada.client.accounts.get({});
  expect(await status(ada.headers())).toBe(200);

  await app.database.asSystem((db) => db.execute(sql`update auth_sessions set ${change} where user_id = ${id}`));

  expect(await status(ada.headers())).toBe(401);
});

test('a session that is used lasts longer, and the browser is told (B13)', async () => {
  const ada = await app.signIn('ada');
  const { id } = await ada.client.accounts.get({});
  await app.database.asSystem((db) =>
    db.execute(
      sql`update auth_sessions set expires_at = now() + interval '1 day', updated_at = now() - interval '6 days' where user_id = ${id}`,
    ),
  );

  const answer = await ada.fetch('/api/v1/account');

  const [cookie] = answer.headers.getSetCookie();
  expect(cookie).toMatch(/^__Host-yudai_session=.*Max-Age=604800/i);
  for (const attribute of [/; *Path=\/(;|$)/i, /; *HttpOnly/i, /; *Secure/i, /; *SameSite=Lax/i])
    expect(cookie).toMatch(attribute);
  const [session] = (await ada.client.accounts.sessions({})).items;
  expect(new Date(session?.expiresAt ?? 0).getTime()).toBeGreaterThan(Date.now() + 6 * 86_400_000);
});

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const claims = { sub: 'usr_01', exp: 4_102_444_800, aud: 'yudai', iss: 'yudai' };

/** What the predecessors let in: a token that nobody signed, one of GitHub itself, and whatever was not empty. */
const forged = {
  'an unsigned JWT': `${base64({ alg: 'none', typ: 'JWT' })}.${base64(claims)}.`,
  'a JWT signed with a guessed secret': `${base64({ alg: 'HS256' })}.${base64(claims)}.${randomBytes(32).toString('base64url')}`,
  'a JWT with a key of its own': `${base64({ alg: 'HS256', kid: '../../dev/null' })}.${base64(claims)}.x`,
  'a token of GitHub': 'gho_16C7e42F292c6912E7710c838347Ae178B4a',
  'an API key that was never made': `yudai_${randomBytes(32).toString('base64url')}`,
  'a session that was never made': randomBytes(24).toString('base64url'),
  'the word null': 'null',
  'a letter': 'x',
} satisfies Record<string, string>;

test.each(Object.entries(forged))('%s opens nothing (B5 B6 E2)', async (_, token) => {
  expect(await status({ authorization: `Bearer ${token}` })).toBe(401);
  expect(
    await status({ authorization: `Bearer ${token}` }, '/api/v1/live?topics=user:usr_01m7zw29v48a8bsvpyaxtvcbxw'),
  ).toBe(401);
  expect(await status({ authorization: token })).toBe(401);
  expect(await status({ cookie: `__Host-yudai_session=${token}` })).toBe(401);
  expect(await status({ cookie: `__Host-yudai_session=${token}.${randomBytes(32).toString('base64')}` })).toBe(401);
  expect(await status({ 'x-api-key': token })).toBe(401);
  expect(await status({}, `/api/v1/account?token=${token}`)).toBe(401);
});

test('the check of forged tokens can fail: the token of a session does not pass it', async () => {
  const ada = await app.signIn('ada');
  const token = decodeURIComponent(ada.cookies.get('__Host-yudai_session') ?? '').split('.')[0];

  expect(await status({ authorization: `Bearer ${token}` })).toBe(200);
});

test('an API key does what its scopes say, until it ends or is revoked, and never changes the account (B5)', async () => {
  const ada = await app.signIn('ada');
  const { id } = await ada.client.accounts.get({});
  const reads = await ada.client.accounts.createKey({ name: 'CI', scopes: ['read'], days: 1 });
  const writes = await ada.client.accounts.createKey({ name: 'Editor', scopes: ['read', 'write'], days: 30 });
  const by = (secret: string) => ({ authorization: `Bearer ${secret}` });
  const cancel = async (secret: string) => {
    const url = 'http://localhost/api/v1/jobs/job_00000000000000000000000000/cancel';
    return (await app.app.fetch(new Request(url, { method: 'POST', headers: by(secret) }))).status;
  };

  expect(reads.secret).toMatch(/^yudai_[\w-]{43}$/);
  expect(await status(by(reads.secret))).toBe(200);
  expect([await cancel(reads.secret), await cancel(writes.secret)]).toEqual([403, 404]);
  expect(await status(by(writes.secret), '/api/v1/account/keys')).toBe(403);
  const { items } = await ada.client.accounts.keys({});
  expect(items.map(({ name, start }) => [name, start.length])).toEqual([
    ['Editor', 10],
    ['CI', 10],
  ]);
  expect(JSON.stringify(items)).not.toContain(reads.secret);

  await ada.client.accounts.revokeKey({ id: reads.key.id });
  await app.database.asSystem((db) => db.execute(sql`update api_keys set expires_at = now() where user_id = ${id}`));
  expect([await status(by(reads.secret)), await status(by(writes.secret))]).toEqual([401, 401]);
});

test('a dump of the database holds nothing that lets anybody in (B7 M2 M16)', async () => {
  const ada = await app.signIn('ada');
  const { secret } = await ada.client.accounts.createKey({ name: 'dump' });
  const cookie = decodeURIComponent(ada.cookies.get('__Host-yudai_session') ?? '');
  const { rows } = await app.database.pool.query<{ name: string }>(
    "select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and has_table_privilege('yudai_system', oid, 'select')",
  );
  let dump = '';
  for (const { name } of rows) {
    const all = await app.database.asSystem((db) => db.execute(sql`select * from ${sql.identifier(name)}`));
    dump += JSON.stringify(all.rows);
  }

  expect(dump).toContain('Ada Example');
  expect(dump).not.toContain(secret);
  expect(dump).not.toContain(cookie.split('.')[0]);
  for (const token of app.github.tokens()) expect(dump).not.toContain(token);
});

test('a device is let in by who reads its code, once, and holds a session of its own (B5)', async () => {
  const ada = await app.signIn('ada');
  const asked = await device('code', { client_id: 'yudai-cli' });
  const poll = {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: asked.body['device_code'],
    client_id: 'yudai-cli',
  };

  expect(asked.body).toMatchObject({ verification_uri: 'http://localhost/device', interval: 5, expires_in: 600 });
  expect((await device('token', poll)).body).toMatchObject({ error: 'authorization_pending' });
  const userCode = String(asked.body['user_code']);
  expect(await ada.client.accounts.device({ userCode })).toMatchObject({ client: 'yudai-cli', status: 'pending' });
  expect(await ada.client.accounts.answerDevice({ userCode, approve: true })).toMatchObject({ status: 'approved' });
  await expect(ada.client.accounts.answerDevice({ userCode, approve: false })).rejects.toMatchObject({
    code: 'conflict',
  });
  await app.database.asSystem((db) => db.execute(sql`update auth_devices set last_polled_at = null`));
  const { rows } = await app.database.asSystem((db) => db.execute(sql`select * from auth_devices`));
  expect(JSON.stringify(rows)).not.toContain(asked.body['device_code']);

  const granted = await device('token', poll);
  expect(granted.body).toMatchObject({ token_type: 'Bearer' });
  expect(await status({ authorization: `Bearer ${String(granted.body['access_token'])}` })).toBe(200);
  expect((await device('token', poll)).status).toBe(400);
});

test('a device that was denied, is unknown or comes with a foreign name gets nothing', async () => {
  const ada = await app.signIn('ada');
  const asked = await device('code', { client_id: 'yudai-cli' });
  await ada.client.accounts.answerDevice({ userCode: String(asked.body['user_code']), approve: false });
  const poll = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', client_id: 'yudai-cli' };

  expect((await device('token', { ...poll, device_code: asked.body['device_code'] })).body).toMatchObject({
    error: 'access_denied',
  });
  expect((await device('token', { ...poll, device_code: 'guess' })).body).toMatchObject({ error: 'invalid_grant' });
  expect((await device('code', { client_id: 'somebody-else' })).body).toMatchObject({ error: 'invalid_client' });
  await expect(ada.client.accounts.device({ userCode: 'WRONG123' })).rejects.toMatchObject({ code: 'not_found' });
});

async function device(
  what: 'code' | 'token',
  body: Record<string, unknown>,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await app.app.fetch(
    new Request(`http://localhost/api/auth/device/${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}
