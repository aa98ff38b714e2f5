// One database is enough: this is between a browser, GitHub and the door; sessions are stored and read on both by sessions.test.ts.
import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publicUrl, startTeamApp, type TeamApp, type TestBrowser } from '#testing/start-team-app.ts';

let app: TeamApp;
beforeAll(async () => {
  app = await startTeamApp();
  for (const login of ['mallory', 'victim']) await app.github.addUser({ login });
});
afterAll(() => app.close());

test('who signs in with GitHub has a session, a profile and lands where they wanted to go (B1 B2 B3 B4 B14)', async () => {
  const ada = await app.signIn('ada', '/projects?view=all');

  expect(ada.landedAt).toBe(`${publicUrl}/projects?view=all`);
  expect([...ada.cookies.keys()]).toEqual(['__Host-yudai_session']);
  const account = await ada.client.accounts.get({});
  expect(account).toMatchObject({ name: 'Ada Example', username: 'ada', administrator: false, goal: null });
  expect(await ada.client.accounts.status({})).toMatchObject({ mode: 'team', account: { id: account.id } });
  expect(await app.browser().client.accounts.status({})).toMatchObject({ mode: 'team', account: null });
});

test('the browser is sent to GitHub with a state of its own, PKCE S256 and the exact address to come back to (B1 B2)', async () => {
  const [first, second] = [await begin(app.browser()), await begin(app.browser())];

  expect(first.authorize.origin).toBe(app.github.url);
  expect(Object.fromEntries(first.authorize.searchParams)).toMatchObject({
    response_type: 'code',
    client_id: app.github.clientId,
    redirect_uri: `${publicUrl}/api/auth/callback/github`,
    code_challenge_method: 'S256',
  });
  expect(first.authorize.searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/);
  expect(first.state).toMatch(/^.{32,}$/);
  expect(first.state).not.toBe(second.state);
  expect(first.setCookie).toMatch(/^__Host-yudai_state=.*; Path=\/; HttpOnly; Secure; SameSite=Lax$/i);
});

test('the session is in a __Host- cookie that scripts cannot read and other sites cannot send (B5 N8)', async () => {
  const browser = app.browser();
  const answer = await comeBack(browser, await consent(await begin(browser), 'victim'));

  const cookie = answer.headers.getSetCookie().find((header) => header.startsWith('__Host-yudai_session='));
  for (const attribute of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/'])
    expect(cookie).toMatch(new RegExp(attribute, 'i'));
  expect(cookie).not.toMatch(/domain/i);
  // The predecessors put the session and the address of the person into the query of this redirect.
  expect(answer.headers.get('location')).toBe(`${publicUrl}/`);
});

/** Every way to come back that is not one's own, once. Each gets a browser that has begun a sign-in. */
const forgeries: Record<string, (mine: TestBrowser) => Promise<Response>> = {
  'without a state': async (mine) => {
    const back = new URL(await consent(await begin(mine), 'mallory'));
    back.searchParams.delete('state');
    return comeBack(mine, back.href);
  },
  'with a state that somebody made up': async (mine) => {
    const back = new URL(await consent(await begin(mine), 'mallory'));
    back.searchParams.set('state', 'a'.repeat(32));
    return comeBack(mine, back.href);
  },
  'with a state that was never asked for': async (mine) =>
    comeBack(mine, `${publicUrl}/api/auth/callback/github?code=x&state=${'b'.repeat(32)}`),
  'with the sign-in of somebody else (login CSRF)': async (mine) => {
    await begin(mine);
    const attacker = app.browser();
    return comeBack(mine, await consent(await begin(attacker), 'mallory'));
  },
  'in a browser that began nothing': async () => {
    const other = app.browser();
    return comeBack(app.browser(), await consent(await begin(other), 'mallory'));
  },
  'a second time': async (mine) => {
    const back = await consent(await begin(mine), 'mallory');
    await comeBack(app.browser(), back);
    const first = await comeBack(mine, back);
    expect(first.status).toBe(302);
    mine.cookies.delete('__Host-yudai_session');
    return comeBack(mine, back);
  },
  'with the code of another sign-in': async (mine) => {
    const theirs = new URL(await consent(await begin(app.browser()), 'victim'));
    const back = new URL(await consent(await begin(mine), 'mallory'));
    back.searchParams.set('code', theirs.searchParams.get('code') ?? '');
    return comeBack(mine, back.href);
  },
  'with a code that GitHub never gave': async (mine) => {
    const back = new URL(await consent(await begin(mine), 'mallory'));
    back.searchParams.set('code', 'f'.repeat(20));
    return comeBack(mine, back.href);
  },
  'without a code': async (mine) => {
    const back = new URL(await consent(await begin(mine), 'mallory'));
    back.searchParams.delete('code');
    return comeBack(mine, back.href);
  },
  'after saying no': async (mine) => {
    const { state } = await begin(mine);
    return comeBack(mine, `${publicUrl}/api/auth/callback/github?error=access_denied&state=${state}`);
  },
  'to the callback of another provider (mix-up)': async (mine) => {
    const back = await consent(await begin(mine), 'mallory');
    return comeBack(mine, back.replace('/callback/github', '/callback/gitlab'));
  },
};

test.each(Object.entries(forgeries))('coming back %s signs nobody in (B1 B3)', async (_, forge) => {
  const mine = app.browser();

  const answer = await forge(mine);

  expect(letInAt(mine, answer)).toBeNull();
});

test('while GitHub is away nobody is signed in, and the page of the sign-in says so (C7)', async () => {
  const mine = app.browser();
  const back = await consent(await begin(mine), 'victim');
  app.github.makeTrouble('outage');

  const answer = await comeBack(mine, back);
  app.github.makeTrouble('none');

  expect(letInAt(mine, answer)).toBeNull();
  expect(answer.status).toBe(302);
});

test('the check of forgeries can fail: the honest way does not pass it', async () => {
  const mine = app.browser();
  const answer = await comeBack(mine, await consent(await begin(mine), 'mallory'));

  expect(letInAt(mine, answer)).toBe(`${publicUrl}/`);
});

test('a stolen code is worth nothing without the verifier that never left the server (B1)', async () => {
  const mine = app.browser();
  const started = await begin(mine);
  const back = new URL(await consent(started, 'victim'));

  const exchange = await fetch(`${app.github.url}/login/oauth/access_token`, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({
      client_id: app.github.clientId,
      client_secret: app.github.clientSecret,
      code: back.searchParams.get('code') ?? '',
      code_verifier: 'guessed-guessed-guessed-guessed-guessed-guessed',
    }),
  });

  expect(await exchange.json()).toEqual({ error: 'bad_verification_code' });
});

test.each([
  'https://evil.example/',
  '//evil.example/',
  '/\\evil.example',
  '/\\/evil.example',
  '\\\\evil.example',
  'javascript:alert(1)',
  'http:evil.example',
  ' /path',
  '/a\r\nset-cookie: x=1',
  '/%0d%0aset-cookie:x=1\\',
  `${publicUrl}.evil.example/`,
  `${publicUrl}@evil.example/`,
  'data:text/html,x',
  '',
])('after signing in with next=%j one is on Yudai (B3)', async (next) => {
  const browser = app.browser();
  const started = await begin(browser, next);
  const answer = await comeBack(browser, await consent(started, 'victim'));

  const target = new URL(answer.headers.get('location') ?? '');
  expect(target.origin).toBe(publicUrl);
  expect(answer.headers.get('x')).toBeNull();
});

test.each([
  ['POST', '/api/auth/sign-in/email'],
  ['POST', '/api/auth/sign-up/email'],
  ['POST', '/api/auth/sign-in/social'],
  ['POST', '/api/auth/link-social'],
  ['GET', '/api/auth/get-session'],
  ['GET', '/api/auth/list-sessions'],
  ['POST', '/api/auth/update-user'],
  ['POST', '/api/auth/delete-user'],
  ['POST', '/api/auth/change-email'],
  ['POST', '/api/auth/get-access-token'],
  ['POST', '/api/auth/refresh-token'],
  ['GET', '/api/auth/account-info'],
  ['POST', '/api/auth/device/approve'],
  ['POST', '/api/auth/callback/github'],
])('%s %s is not open: what is not needed is not there', async (method, path) => {
  const { fetch } = await app.signIn('ada');
  const answer = await fetch(path, {
    method,
    ...(method === 'POST' ? { body: '{}', headers: { 'content-type': 'application/json' } } : {}),
  });

  expect([404, 405]).toContain(answer.status);
});

test('the same person stays the same under another name on GitHub, and nobody becomes them by taking their address (B1 M1)', async () => {
  const before = await (await app.signIn('ada')).client.accounts.get({});
  await app.database.asSystem((db) =>
    db.execute(sql`update users set username = 'ada-before', email = 'mallory@example.org' where id = ${before.id}`),
  );

  const again = await (await app.signIn('ada')).client.accounts.get({});
  const mallory = await (await app.signIn('mallory')).client.accounts.get({});

  expect(again).toMatchObject({ id: before.id, username: 'ada' });
  expect(mallory.id).not.toBe(before.id);
});

test('a failed and a successful sign-in are in the audit log, with where from and without a secret (B12 O4)', async () => {
  const ada = await app.signIn('ada');
  const mine = await ada.client.audit.list({ action: 'sign_in.succeeded' });

  expect(mine.items[0]).toMatchObject({ actor: { via: 'session' }, details: { with: 'github' }, address: '127.0.0.1' });
  expect(JSON.stringify(mine.items)).not.toMatch(/gh[opusr]_/);
});

interface Started {
  readonly authorize: URL;
  readonly state: string;
  readonly setCookie: string;
}

async function begin(browser: TestBrowser, next = '/'): Promise<Started> {
  const answer = await browser.fetch(`/api/auth/login?next=${encodeURIComponent(next)}`);
  const authorize = new URL(answer.headers.get('location') ?? '');
  const setCookie = answer.headers.getSetCookie()[0]?.replace(/Max-Age=\d+; /i, '') ?? '';
  return { authorize, state: authorize.searchParams.get('state') ?? '', setCookie };
}

function consent(started: Started, login: string): Promise<string> {
  return app.github.authorize(started.authorize.href, login);
}

function comeBack(browser: TestBrowser, back: string): Promise<Response> {
  return browser.fetch(back.slice(publicUrl.length));
}

/** Where somebody was let in; null when they were not, and were told so on a page of ours. */
function letInAt(browser: TestBrowser, answer: Response): string | null {
  const cookies = `${[...browser.cookies.keys()].join()} ${answer.headers.getSetCookie().join()}`;
  const target = answer.headers.get('location') ?? '';
  const isTold =
    answer.status === 302 ? target.startsWith(`${publicUrl}/sign-in?error=`) : [400, 404].includes(answer.status);
  return isTold && !/__Host-yudai_session(?!=;)/.test(cookies) ? null : target;
}

test('what a sign-in leaves in the database between its two requests opens nothing (B7 M16)', async () => {
  const browser = app.browser();
  const { state } = await begin(browser);

  const { rows } = await app.database.asSystem((db) => db.execute(sql`select * from auth_verifications`));

  const dump = JSON.stringify(rows);
  expect(rows.length).toBeGreaterThan(0);
  expect(dump).not.toContain(state);
  expect(dump).not.toContain('codeVerifier');
  expect(dump).toContain(createHash('sha256').update(state).digest('base64url'));
});
