import { errorBody } from '@yudai/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '#testing/start-test-app.ts';

// One database is enough: a request is turned away before a database is asked.

let app: TestApp;
let behindProxy: TestApp;
beforeAll(async () => {
  const env = { YUDAI_CORS_ORIGINS: 'https://friend.example', YUDAI_PUBLIC_URL: 'https://yudai.example' };
  app = await startTestApp({ env, listen: true });
  behindProxy = await startTestApp({
    env: { YUDAI_TRUSTED_PROXIES: '10.9.9.9', YUDAI_IP_ALLOW: '203.0.113.0/24', YUDAI_IP_DENY: '203.0.113.66' },
  });
});
afterAll(() => Promise.all([app.close(), behindProxy.close()]));

const json = { 'content-type': 'application/json' };
const projects = '/api/v1/projects';
const cookie = { cookie: '__Host-session=abc' };

/** Asks for a change that reaches the door, which then refuses its empty body with 422. */
function change(headers: Record<string, string>, method: 'POST' | 'DELETE' = 'POST'): Promise<Response> {
  const path = method === 'POST' ? projects : `${projects}/prj_${'0'.repeat(26)}`;
  return app.fetch(path, { method, headers, ...(method === 'POST' ? { body: '{}' } : {}) });
}

test.each<[what: string, headers: Record<string, string>]>([
  ['only a cookie', {}],
  ['a body as a form sends it', { 'content-type': 'text/plain' }],
  ['an urlencoded form', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['a multipart form', { 'content-type': 'multipart/form-data; boundary=x' }],
  ['a look-alike of JSON', { 'content-type': 'text/plain; application/json' }],
  ['a foreign origin', { origin: 'https://evil.example', ...json }],
  ['no origin that counts', { origin: 'null', ...json }],
  ['a sibling of ours', { origin: 'https://evil.yudai.example', ...json }],
  ['a foreign page’s fetch', { 'sec-fetch-site': 'cross-site', ...json }],
])('a change with a cookie and %s is forbidden, also the first one (N8 S9)', async (_what, headers) => {
  for (const method of ['POST', 'DELETE'] as const) {
    const response = await change({ ...cookie, ...headers }, method);

    expect([response.status, errorBody.parse(await response.json()).error.code]).toEqual([403, 'forbidden']);
  }
});

test.each<[what: string, headers: Record<string, string>]>([
  ['our own origin', { origin: 'http://localhost' }],
  ['the public origin', { origin: 'https://yudai.example' }],
  ['a JSON body', json],
  ['a header of its own', { 'x-requested-with': 'yudai' }],
  ['a key besides', { authorization: 'Bearer x' }],
  ['the browser’s word that it is our page', { 'sec-fetch-site': 'same-origin' }],
])('a change with a cookie and %s is let in (N8)', async (_what, headers) => {
  expect((await change({ ...cookie, ...headers }, 'DELETE')).status).toBe(404);
});

test('a read with a cookie needs nothing else', async () => {
  expect((await app.fetch('/api/v1/system', { headers: cookie })).status).toBe(200);
});

test('control: the predecessors let the first change through that had no cookie of theirs yet (N8)', () => {
  // Their rule: compare cookie and header only when there is a cookie. A forged form without one passed.
  const theirs = (headers: Record<string, string>) =>
    headers['cookie'] === undefined || headers['x-csrf-token'] === headers['cookie'];

  expect(theirs({ origin: 'https://evil.example' })).toBe(true);
});

test('a foreign page is refused without any cookie as well: whoever reaches loopback is the owner (N8)', async () => {
  expect((await change({ origin: 'https://evil.example', ...json })).status).toBe(403);
});

test.each([
  'https://friend.example.evil.example',
  'https://evilfriend.example',
  'https://friend.example:444',
  'http://friend.example',
  'https://sub.friend.example',
  'https://FRIEND.example',
  'null',
  'file://',
  'https://friend.example, https://evil.example',
])('the origin %s is not the friend: it may neither read nor change nor ask beforehand (N1)', async (origin) => {
  const read = await app.fetch('/api/v1/system', { headers: { origin } });
  const asked = await app.fetch(projects, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST' },
  });

  expect(read.headers.get('access-control-allow-origin')).not.toBe(origin);
  expect(asked.headers.get('access-control-allow-origin')).not.toBe(origin);
  expect((await change({ origin, ...json })).status).toBe(403);
});

test('the friend gets its own name, credentials, named methods and headers, and never a star (N1)', async () => {
  const { headers } = await app.fetch(projects, {
    method: 'OPTIONS',
    headers: { origin: 'https://friend.example', 'access-control-request-method': 'DELETE' },
  });

  expect(Object.fromEntries(headers)).toMatchObject({
    'access-control-allow-origin': 'https://friend.example',
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
    'access-control-allow-headers': 'content-type, authorization, x-request-id, last-event-id',
    vary: expect.stringContaining('Origin'),
  });
});

test.each<[address: string, forwarded: string | undefined, status: number]>([
  ['10.9.9.9', '203.0.113.7', 200],
  ['10.9.9.9', '203.0.113.66', 403],
  ['10.9.9.9', '198.51.100.1', 403],
  ['10.9.9.9', '203.0.113.7, 198.51.100.1', 403],
  ['10.9.9.9', '198.51.100.1, 203.0.113.7', 200],
  ['10.9.9.9', undefined, 403],
  ['10.9.9.9', 'rubbish', 403],
  ['198.51.100.1', '203.0.113.7', 403],
  ['::ffff:203.0.113.7', undefined, 200],
  ['203.0.113.7', '10.9.9.9', 200],
])('a call by %s that says it is for %s is answered %i (N5)', async (remoteAddress, forwarded, status) => {
  const paths = ['/api/v1/system', '/health', '/'];
  const answers = await Promise.all(
    paths.map((url) =>
      behindProxy.app.http.inject({
        url,
        remoteAddress,
        headers: { host: 'localhost', ...(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }) },
      }),
    ),
  );

  expect(answers.map((answer) => (answer.statusCode === 403 ? 403 : 200))).toEqual(paths.map(() => status));
});

const allHeaders = {
  'content-security-policy':
    "default-src 'self';script-src 'self' 'wasm-unsafe-eval';style-src 'self' 'unsafe-inline';worker-src 'self' blob:;" +
    "img-src 'self' data: blob:;font-src 'self' data:;connect-src 'self';object-src 'none';base-uri 'self';" +
    "form-action 'self';frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
};

test.each<[what: string, path: string, init: RequestInit]>([
  ['an answer', '/api/v1/system', {}],
  ['a page', '/', { headers: { accept: 'text/html' } }],
  ['what is not there', '/api/nothing', {}],
  ['what is forbidden', projects, { method: 'POST', headers: { origin: 'https://evil.example' } }],
  ['what is too large', projects, { method: 'POST', headers: json, body: `"${'x'.repeat(2_000_000)}"` }],
  ['what is no JSON', projects, { method: 'POST', headers: json, body: '{' }],
  ['a wrong method', '/api/v1/system', { method: 'PUT' }],
  ['health', '/health', {}],
  ['metrics', '/metrics', {}],
])('%s carries all twelve security headers, to the letter (N4 S9)', async (_what, path, init) => {
  const { headers } = await app.fetch(path, init);

  expect(Object.fromEntries(headers)).toMatchObject(allHeaders);
  expect(headers.get('x-powered-by')).toBeNull();
  expect(headers.get('server')).toBeNull();
});

test('over https, and only there, a browser is told to stay with it for a year (N4)', async () => {
  const over = async (protocol: string) => {
    const answer = await behindProxy.app.http.inject({
      url: '/api/v1/system',
      remoteAddress: '10.9.9.9',
      headers: { host: 'localhost', 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': protocol },
    });
    return answer.headers['strict-transport-security'];
  };

  expect([await over('https'), await over('http')]).toEqual(['max-age=31536000', undefined]);
});

test.each<[what: string, body: string]>([
  ['a prototype at the top', '{"__proto__":{"polluted":true}}'],
  ['one further down', '{"source":{"__proto__":{"polluted":true}}}'],
  ['one in a list', '{"a":[{"b":{"__proto__":{"polluted":true}}}]}'],
  ['one in other letters', '{"\\u005f\\u005fproto__":{"polluted":true}}'],
  ['one over the constructor', '{"constructor":{"prototype":{"polluted":true}}}'],
  ['one over the constructor, further down', '{"source":{"constructor":{"prototype":{"polluted":true}}}}'],
  ['33 levels', `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`],
  ['100,000 levels', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ['2,001 keys', JSON.stringify(Object.fromEntries(Array.from({ length: 2001 }, (_, key) => [`k${key}`, 1])))],
  [
    '2,100 keys in many objects',
    JSON.stringify({ a: Array.from({ length: 300 }, () => ({ a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, g: 1 })) }),
  ],
])('a body with %s is refused before anybody reads it (N3 N9 S12)', async (_what, body) => {
  const response = await app.fetch(projects, { method: 'POST', headers: json, body });

  expect([response.status, errorBody.parse(await response.json()).error.code]).toEqual([400, 'bad_request']);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('control: the same bodies do pollute who merges what JSON.parse gives them', () => {
  const target: Record<string, Record<string, unknown>> = { settings: {} };
  const given = JSON.parse('{"__proto__":{"polluted":true}}') as Record<string, Record<string, unknown>>;
  const settings = target['settings'] ?? {};
  for (const key of Object.keys(given)) Object.assign(settings[key] as object, given[key]);

  const polluted = ({} as Record<string, unknown>)['polluted'];
  delete (Object.prototype as unknown as Record<string, unknown>)['polluted'];

  expect(polluted).toBe(true);
});

test.each([
  ['32 levels', `{"a":${'['.repeat(30)}${']'.repeat(30)}}`],
  ['2,000 keys', JSON.stringify(Object.fromEntries(Array.from({ length: 2000 }, (_, key) => [`k${key}`, 1])))],
])('a body with %s is read, and then held against its schema (N3)', async (_what, body) => {
  expect((await app.fetch(projects, { method: 'POST', headers: json, body })).status).toBe(422);
});

test.each([
  '/api/v1/system%0d%0aset-cookie:%20a=b',
  '/api/v1/system%0aset-cookie:%20a=b',
  '/api/v1/system%E5%98%8A%E5%98%8Dset-cookie:a=b',
  '/api/v1/projects?query=%0d%0aset-cookie:%20a=b',
  '/api/v1/live?topics=%0d%0aset-cookie:%20a=b',
  '/assets/%0d%0aset-cookie:%20a=b',
  '//evil.example/%2e%2e',
  '//evil.example',
  '/%5cevil.example',
  '/\\evil.example',
  '/https://evil.example/',
  '/?next=https://evil.example',
])('%s adds no header to the answer and sends nobody elsewhere (S12)', async (url) => {
  const answer = await app.app.http.inject({ url, headers: { host: 'localhost', accept: 'text/html' } });

  expect(answer.headers).not.toHaveProperty('set-cookie');
  expect(answer.headers).not.toHaveProperty('location');
  expect(answer.statusCode).not.toBe(500);
});

test('fields that an update does not have are named and change nothing (N16)', async () => {
  const response = await app.fetch(`${projects}/prj_${'0'.repeat(26)}`, {
    method: 'PATCH',
    headers: json,
    body: JSON.stringify({ name: 'x', ownerId: 'usr_1', status: 'ready', sealedToken: 'x' }),
  });

  const { error } = errorBody.parse(await response.json());
  expect(response.status).toBe(422);
  expect(JSON.stringify(error.details)).toMatch(/ownerId.*status.*sealedToken/);
});
