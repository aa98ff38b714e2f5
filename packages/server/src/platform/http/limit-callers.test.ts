import { errorBody } from '@yudai/contract';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import WebSocket from 'ws';
import { anonymous, startTestApp, type TestApp } from '#testing/start-test-app.ts';
import { addressOf } from './limit-callers.ts';

// One database is enough: who is counted is decided at the door; that the counts hold on both databases is what limits.test.ts shows.

const limited = { YUDAI_RATE_LIMIT: '60', YUDAI_RATE_LIMIT_REPOSITORIES: '20', YUDAI_RATE_LIMIT_ANSWERS: '20' };
let now = Date.parse('2026-11-21T12:00:00Z');
const clock = { now: () => new Date(now) };

let app: TestApp;
let behindProxy: TestApp;
let team: TestApp;
beforeAll(async () => {
  app = await startTestApp({ clock, listen: true, env: limited });
  team = await startTestApp({
    clock,
    env: {
      YUDAI_GITHUB_CLIENT_ID: 'client',
      YUDAI_GITHUB_CLIENT_SECRET: 'a-secret-of-a-client',
      YUDAI_PUBLIC_URL: 'http://localhost',
      YUDAI_ADMINISTRATORS: 'grace',
      YUDAI_GITHUB_WEBHOOK_SECRET: 'a-secret-of-webhooks-0123456789',
    },
  });
  behindProxy = await startTestApp({ clock, env: { ...limited, YUDAI_TRUSTED_PROXIES: '127.0.0.1' } });
});
afterAll(() => Promise.all([app.close(), behindProxy.close(), team.close()]));
/** Whatever a test has used up is full again for the next one. */
beforeEach(() => (now += 3_600_000));

type Call = () => Promise<Response>;
const system = '/api/v1/system';
/** A change of what is not there: it counts like any other and does nothing. */
const change = (at = app, headers: Record<string, string> = {}): Promise<Response> =>
  at.fetch(`/api/v1/projects/prj_${'0'.repeat(26)}`, { method: 'DELETE', headers });

async function callsBeforeRefusal(call: Call, atMost = 100): Promise<number> {
  for (let calls = 0; calls < atMost; calls += 1) if ((await call()).status === 429) return calls;
  return atMost;
}

/** What is wrong with a refusal; nothing, if a client can rely on it. */
async function faultsOf(response: Response): Promise<string[]> {
  const seconds = response.headers.get('retry-after') ?? '';
  const body = errorBody.safeParse(await response.json().catch(() => null));
  return [
    ...(response.status === 429 ? [] : [`status ${response.status}`]),
    ...(/^[1-9]\d*$/.test(seconds) ? [] : ['no Retry-After in whole seconds']),
    ...(body.data?.error.code === 'too_many_requests' ? [] : ['no error body that names too_many_requests']),
    ...(Number(body.data?.error.details?.['retryAfterSeconds']) === Number(seconds) ? [] : ['body and header differ']),
  ];
}

test('60 changes a minute are answered and the next is 429 with Retry-After and the error body (N2 S19)', async () => {
  const ada = await app.as('Ada');

  const answered = await callsBeforeRefusal(() => change(app, ada.headers));

  expect(answered).toBe(60);
  expect(await faultsOf(await change(app, ada.headers))).toEqual([]);
});

test('control: the answer of the predecessors is found at fault', async () => {
  const theirs = new Response('{"detail":"Internal Server Error"}', { status: 500 });

  expect(await faultsOf(theirs)).toHaveLength(4);
});

test('after the seconds that Retry-After names the same request is answered (N2)', async () => {
  const ada = await app.as('Ada');
  await callsBeforeRefusal(() => change(app, ada.headers));

  now += 1000 * Number((await change(app, ada.headers)).headers.get('retry-after'));

  expect((await change(app, ada.headers)).status).toBe(404);
});

test('a read counts a tenth (N2)', async () => {
  const bob = await app.as('Bob');

  expect(await callsBeforeRefusal(() => bob.fetch(system), 700)).toBe(600);
});

test('one person behind an address does not use up that of the others, but all together do (N2)', async () => {
  const [ada, bob] = [await behindProxy.as('Ada'), await behindProxy.as('Bob')];
  const from = (user: typeof ada, address: string) =>
    change(behindProxy, { ...user.headers, 'x-forwarded-for': address });
  await callsBeforeRefusal(() => from(ada, '203.0.113.1'));

  // Ada's refusals from another address cost that address nothing.
  for (let call = 0; call < 100; call += 1) await from(ada, '203.0.113.2');

  expect(await callsBeforeRefusal(() => from(bob, '203.0.113.2'))).toBe(60);
  expect((await from(await behindProxy.as('Eve'), '203.0.113.2')).status).toBe(429);
});

test('an X-Forwarded-For that no trusted proxy sent changes nothing (N2)', async () => {
  let call = 0;
  const forged = () => {
    call += 1;
    return change(app, { ...anonymous, 'x-forwarded-for': `198.51.100.${call}`, forwarded: `for=198.51.100.${call}` });
  };

  expect(await callsBeforeRefusal(forged)).toBe(60);
});

test('behind a trusted proxy only what the proxy itself added counts (N2)', async () => {
  let call = 0;
  const forged = () => {
    call += 1;
    return change(behindProxy, { ...anonymous, 'x-forwarded-for': `198.51.100.${call}, 203.0.113.9` });
  };

  expect(await callsBeforeRefusal(forged)).toBe(60);
});

test('guessing keys and sessions costs a whole token each, also when it asks for a read (B15)', async () => {
  let call = 0;
  const guess = () => {
    call += 1;
    const token = call % 2 === 0 ? `yudai_${call}` : `session-${call}`;
    return team.fetch(system, { headers: { authorization: `Bearer ${token}` } });
  };

  expect(await callsBeforeRefusal(guess)).toBe(60);
  expect(await faultsOf(await guess())).toEqual([]);
});

test('with sign-in configured, a team is limited without anybody setting a limit (N2)', async () => {
  expect(await callsBeforeRefusal(() => change(team))).toBe(60);
});

test('signing in has a bucket of its own of 10 a minute (B15)', async () => {
  const signIn = () => team.fetch('/api/auth/login');

  expect(await callsBeforeRefusal(signIn)).toBe(10);
  expect(await faultsOf(await signIn())).toEqual([]);
  expect((await change(team)).status).toBe(401);
});

test('a device that waits for its approval may ask every five seconds, for as long as its code lasts (B15)', async () => {
  let refused = 0;
  for (let second = 0; second < 1800; second += 5) {
    now += 5000;
    const asked = await team.fetch('/api/auth/device/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    if (asked.status === 429) refused += 1;
  }

  expect(refused).toBe(0);
});

test('forged webhooks fill the audit log no further than 10 a minute from one address (B15 B12)', async () => {
  const forge = () =>
    team.fetch('/api/v1/webhooks/github', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-github-event': 'push',
        'x-github-delivery': '12345678-0000',
        'x-hub-signature-256': `sha256=${'0'.repeat(64)}`,
      },
      body: '{}',
    });

  expect(await callsBeforeRefusal(forge)).toBe(10);
  const { rows } = await team.database.asSystem((db) =>
    db.execute<{ count: number }>('select count(*)::int as count from audit_entries'),
  );
  expect(rows).toEqual([{ count: 10 }]);
});

test('looking at sources elsewhere has a bucket of its own of 20 a minute (N2)', async () => {
  const inspect = () =>
    app.fetch('/api/v1/sources/inspect', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"source":{"kind":"folder","path":"/nowhere"}}',
    });

  expect(await callsBeforeRefusal(inspect)).toBe(20);
  expect((await change()).status).toBe(404);
});

test.each([
  'sessions/ses_0/messages',
  'sessions/ses_0/compact',
  'projects/prj_0/issues/draft',
  'projects/prj_0/ideas/generate',
])('having a model write has a bucket of its own of 20 a minute: %s (D16)', async (path) => {
  const at = path.replace('_0', `_${'0'.repeat(26)}`);
  const write = () =>
    app.fetch(`/api/v1/${at}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"text":"x"}',
    });

  expect(await callsBeforeRefusal(write)).toBe(20);
  expect((await change()).status).toBe(404);
});

test('streams and sockets are refused before the first byte and the upgrade (E3 N2)', async () => {
  await callsBeforeRefusal(() => change());

  const stream = await app.fetch('/api/v1/live?topics=user:usr_0');
  const socket = new WebSocket(`${app.url.replace('http', 'ws')}/api/v1/live/socket`);
  socket.on('error', () => undefined);
  const status = await new Promise<number | undefined>((resolve) => {
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
    socket.on('open', () => resolve(101));
  });
  socket.terminate();

  expect(await faultsOf(stream)).toEqual([]);
  expect(status).toBe(429);
});

test('two nodes on one database count together (N2 S19)', async () => {
  await using other = await startTestApp({
    clock,
    env: limited,
    database: { ...app.database, close: async () => undefined },
  });
  let call = 0;
  const turns = () => {
    call += 1;
    return change(call % 2 === 0 ? app : other);
  };

  expect(await callsBeforeRefusal(turns)).toBe(60);
});

test('health, metrics and the screen are never refused', async () => {
  await callsBeforeRefusal(() => change());

  expect((await app.fetch('/health')).status).toBe(200);
  expect((await app.fetch('/metrics')).status).toBe(200);
});

test('one person on their own machine is not limited (N2)', async () => {
  await using local = await startTestApp();

  expect(await callsBeforeRefusal(() => change(local), 200)).toBe(200);
  expect((await local.database.pool.query('select from rate_buckets')).rowCount).toBe(0);
});

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2:ffff::1', '2001:db8:1:2::/64'],
  ['::1', '::/64'],
  ['fe80::1%eth0', 'fe80::/64'],
])('%s counts as %s', (ip, address) => {
  expect(addressOf(ip)).toBe(address);
});
