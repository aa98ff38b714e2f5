// One database is enough: this is about sockets and streams; rights are rows of suites that run on both.
import { once } from 'node:events';
import { type Id, socketCloseCodes } from '@yudai/contract';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { administrator, startTeamApp, type TeamApp, type TestBrowser } from '#testing/start-team-app.ts';

// Every promise here is "within five seconds"; each waits for the event itself, and fails with the test's own time.
let app: TeamApp;
beforeAll(async () => {
  app = await startTeamApp({ listen: true });
});
afterAll(() => app.close());

type Browser = TestBrowser & { readonly landedAt: string };

const endings: Record<string, (browser: Browser, id: Id<'user'>) => Promise<unknown>> = {
  'signing out': (browser) =>
    browser.fetch('/api/auth/sign-out', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    }),
  'signing out everywhere, from elsewhere': async () => (await app.signIn('ada')).client.accounts.revokeSessions({}),
  'being suspended': async (_, id) => {
    await (await app.signIn(administrator)).client.accounts.updatePerson({ id, suspended: true });
  },
};

test.each(Object.entries(endings))('%s closes the person’s sockets and ends their streams (E1 B13)', async (_, end) => {
  const ada = await app.signIn('ada');
  const { id } = await ada.client.accounts.get({});
  const socket = await openSocket(ada, `user:${id}`);
  const stream = await openStream(ada, `user:${id}`);

  const closed = once(socket, 'close');
  await end(ada, id);

  expect((await closed)[0]).toBe(socketCloseCodes.revoked);
  expect(await stream.ended()).toBe(true);
  await app.database.asSystem((db) => db.execute(sql`update users set suspended_at = null where id = ${id}`));
});

test('the end of a session closes its socket by itself, without anybody asking (B13)', async () => {
  const ada = await app.signIn('ada');
  const { id } = await ada.client.accounts.get({});
  await app.database.asSystem((db) =>
    db.execute(
      sql`update auth_sessions set created_at = now() - interval '30 days' + interval '2 seconds' where user_id = ${id}`,
    ),
  );

  const socket = await openSocket(ada, `user:${id}`);

  expect((await once(socket, 'close'))[0]).toBe(socketCloseCodes.revoked);
}, 30_000);

test('who is taken out of a project sees nothing more of it, and keeps the rest of the socket (B10 E4)', async () => {
  const [owner, bob] = [await app.signIn('owner'), await app.signIn('bob')];
  const [{ id: ownerId }, { id: bobId }] = [await owner.client.accounts.get({}), await bob.client.accounts.get({})];
  const projectId = 'prj_00000000000000000000000001' as Id<'project'>;
  await app.database.asSystem(async (db) => {
    await db.execute(sql`insert into projects (id, owner_id, name, origin, source_kind, source_address, status, created_at, updated_at)
      values (${projectId}, ${ownerId}, 'p', 'connected', 'git', 'https://git.example/a/b', 'ready', now(), now())`);
    await db.execute(sql`insert into project_members (project_id, user_id, role, since) values
      (${projectId}, ${ownerId}, 'owner', now()), (${projectId}, ${bobId}, 'member', now())`);
    await app.app.live.open(db, { ownerId, projectId }, `project:${projectId}`);
  });
  const socket = await openSocket(bob, `project:${projectId}`, `user:${bobId}`);
  const heard: { type: string; topic?: string; data?: unknown }[] = [];
  const refused = new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      const message = JSON.parse((data as Buffer).toString()) as (typeof heard)[number];
      heard.push(message);
      if (message.type === 'refused' && message.topic === `project:${projectId}`) resolve();
    });
  });

  await owner.client.projects.removeMember({ id: projectId, userId: bobId });
  await refused;
  await owner.client.projects.update({ id: projectId, name: 'secret plan' });
  await bob.client.accounts.update({ name: 'Bob' });

  await expect(bob.client.projects.get({ id: projectId })).rejects.toMatchObject({ code: 'not_found' });
  expect(socket.readyState).toBe(WebSocket.OPEN);
  expect(
    heard.filter(({ topic, type }) => topic === `project:${projectId}` && type === 'project_update').length,
  ).toBeLessThanOrEqual(1);
  expect(JSON.stringify(heard)).not.toContain('secret plan');
  socket.terminate();
});

test('revoking a key ends what it has opened, and leaves the sessions alone (B5)', async () => {
  const ada = await app.signIn('ada');
  const { id } = await ada.client.accounts.get({});
  const { secret, key } = await ada.client.accounts.createKey({ name: 'watcher' });
  const byKey = await open({ authorization: `Bearer ${secret}` }, `user:${id}`);
  const bySession = await openSocket(ada, `user:${id}`);

  const closed = once(byKey, 'close');
  await ada.client.accounts.revokeKey({ id: key.id });

  expect((await closed)[0]).toBe(socketCloseCodes.revoked);
  expect(bySession.readyState).toBe(WebSocket.OPEN);
  bySession.terminate();
});

test.each<[string, () => Promise<Record<string, string>>, number]>([
  ['nobody', async () => ({}), 401],
  ['a made up session', async () => ({ cookie: '__Host-yudai_session=x.y' }), 401],
  ['a made up token', async () => ({ authorization: 'Bearer x' }), 401],
  [
    'somebody on a foreign page',
    async () => ({ ...(await app.signIn('ada')).headers(), origin: 'https://evil.example' }),
    403,
  ],
])('a socket is refused before the upgrade to %s: there is no 101 (E1 E2)', async (_, headers, status) => {
  const socket = new WebSocket(`${app.url.replace('http', 'ws')}/api/v1/live/socket`, { headers: await headers() });

  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];

  expect(response.statusCode).toBe(status);
  socket.on('error', () => undefined);
  socket.terminate();
});

test('a secret in the address of a socket is no identity: only cookie and header are (E1)', async () => {
  const ada = await app.signIn('ada');
  const token = decodeURIComponent(ada.cookies.get('__Host-yudai_session') ?? '').split('.')[0];
  const answer = await fetch(`${app.url}/api/v1/live?topics=user:x&token=${token}`);

  expect([401, 422]).toContain(answer.status);
  expect((await fetch(`${app.url}/api/v1/account?access_token=${token}`)).status).toBe(401);
});

function openSocket(browser: TestBrowser, ...topics: string[]): Promise<WebSocket> {
  return open(browser.headers(), ...topics);
}

async function open(headers: Record<string, string>, ...topics: string[]): Promise<WebSocket> {
  const socket = new WebSocket(`${app.url.replace('http', 'ws')}/api/v1/live/socket`, { headers });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'subscribe', topics: topics.map((topic) => ({ topic })) }));
  for (let left = topics.length; left > 0; left -= 1) await once(socket, 'message');
  return socket;
}

async function openStream(browser: TestBrowser, topic: string): Promise<{ ended(): Promise<boolean> }> {
  const answer = await fetch(`${app.url}/api/v1/live?topics=${topic}`, { headers: browser.headers() });
  const reader = answer.body?.getReader();
  await reader?.read();
  return {
    async ended() {
      for (let done = false; !done;) done = (await reader?.read())?.done ?? true;
      return true;
    },
  };
}
