import { readFile } from 'node:fs/promises';
import { errorBody } from '@yudai/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '#testing/start-test-app.ts';

// One database is enough: a request is turned away before a database is asked.

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({
    env: { YUDAI_CORS_ORIGINS: 'https://friend.example', YUDAI_PUBLIC_URL: 'https://yudai.example' },
  });
});
afterAll(() => app.close());

const system = '/api/v1/system';

test.each(['a', 'A-b_c.9', 'x'.repeat(64)])('the request id %s is taken over and given back (N7)', async (id) => {
  const response = await app.fetch(system, { headers: { 'x-request-id': id } });

  expect(response.headers.get('x-request-id')).toBe(id);
});

test.each(['', 'x'.repeat(65), 'a b', 'a;b', '<script>'])(
  'the request id "%s" is replaced by one of ours (N7)',
  async (id) => {
    const response = await app.fetch(system, { headers: { 'x-request-id': id } });

    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  },
);

test('pictures come from elsewhere only where people sign in, and then from GitHub alone (N4)', async () => {
  const signIn = {
    YUDAI_GITHUB_CLIENT_ID: 'Iv1.8a61f9b3a7aba766',
    YUDAI_GITHUB_CLIENT_SECRET: 'client-secret-of-tests',
  };
  await using team = await startTestApp({ env: { ...signIn, YUDAI_ADMINISTRATORS: 'ada' } });
  const picturesOf = async ({ fetch }: TestApp) => {
    const { headers } = await fetch('/health/live');
    return /img-src ([^;]*)/.exec(headers.get('content-security-policy') ?? '')?.[1];
  };

  expect(await picturesOf(app)).toBe("'self' data: blob:");
  expect(await picturesOf(team)).toBe("'self' data: blob: https://avatars.githubusercontent.com");
});

test.each([system, '/', '/api/nothing', '/health/live', '/projects/x'])(
  '%s carries every security header (N4 S9)',
  async (path) => {
    const { headers } = await app.fetch(path, { headers: { accept: 'text/html' } });

    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/'unsafe-eval'|upgrade-insecure|\*/);
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    // Plain HTTP in a home network stays reachable.
    expect(headers.get('strict-transport-security')).toBeNull();
  },
);

test.each([
  'evil.example',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  '10.0.0.1',
  'localhost:99999999',
  '[::1',
])('a request for the host "%s" is refused, so that DNS rebinding finds nothing', async (host) => {
  const response = await app.app.http.inject({ url: system, headers: { host } });

  expect(response.statusCode).toBe(403);
  expect(errorBody.parse(response.json()).error.code).toBe('forbidden');
});

test.each(['localhost', 'localhost:4747', '127.0.0.1:80', '[::1]:4747', 'yudai.localhost', 'yudai.example'])(
  'a request for the host %s is answered',
  async (host) => {
    const response = await app.app.http.inject({ url: system, headers: { host } });

    expect(response.statusCode).toBe(200);
  },
);

test.each<Record<string, string>>([
  { origin: 'https://evil.example' },
  { origin: 'null' },
  { origin: 'http://localhost:9999' },
  { origin: 'https://localhost' },
  { 'sec-fetch-site': 'cross-site' },
])('a change that a foreign page asks for is forbidden: %o (S9)', async (headers) => {
  const response = await app.fetch('/api/v1/projects', {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json', ...headers },
  });

  expect(response.status).toBe(403);
});

test.each<Record<string, string>>([
  { origin: 'http://localhost' },
  { origin: 'https://friend.example' },
  { origin: 'https://yudai.example' },
  {},
])('a change from our own page, a friend or no page is let in: %o', async (headers) => {
  const response = await app.fetch('/api/v1/nothing', {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json', ...headers },
  });

  expect(response.status).toBe(404);
});

test('only the listed origin may read answers, and methods are named (N1)', async () => {
  const friend = await app.fetch(system, { headers: { origin: 'https://friend.example' } });
  const stranger = await app.fetch(system, { headers: { origin: 'https://evil.example' } });
  const preflight = await app.fetch(system, {
    method: 'OPTIONS',
    headers: { origin: 'https://friend.example', 'access-control-request-method': 'POST' },
  });

  expect(friend.headers.get('access-control-allow-origin')).toBe('https://friend.example');
  expect(stranger.headers.get('access-control-allow-origin')).toBeNull();
  expect(preflight.headers.get('access-control-allow-methods')).toBe('GET, POST, PUT, PATCH, DELETE');
});

test('addresses are let in and kept out by list (N5)', async () => {
  await using listed = await startTestApp({
    env: { YUDAI_IP_ALLOW: '127.0.0.0/8,2001:db8::/32', YUDAI_IP_DENY: '127.6.6.6' },
  });
  const statusFor = async (remoteAddress: string) => {
    const response = await listed.app.http.inject({ url: system, remoteAddress, headers: { host: 'localhost' } });
    return response.statusCode;
  };

  expect(await statusFor('127.0.0.1')).toBe(200);
  expect(await statusFor('::ffff:127.0.0.1')).toBe(200);
  expect(await statusFor('2001:db8::7')).toBe(200);
  expect(await statusFor('127.6.6.6')).toBe(403);
  expect(await statusFor('10.0.0.1')).toBe(403);
});

test('metrics are for this machine; a proxy in front does not count as it (O3)', async () => {
  const own = await app.fetch('/metrics');
  const proxied = await app.fetch('/metrics', { headers: { 'x-forwarded-for': '8.8.8.8' } });
  const distant = await app.app.http.inject({
    url: '/metrics',
    remoteAddress: '10.1.1.1',
    headers: { host: 'localhost' },
  });

  expect(own.status).toBe(200);
  const text = await own.text();
  for (const name of [
    'yudai_http_request_seconds',
    'yudai_live_connections',
    'yudai_database_connections',
    'nodejs_eventloop_lag',
  ]) {
    expect(text).toContain(name);
  }
  expect(proxied.status).toBe(403);
  expect(distant.statusCode).toBe(403);
});

test('every alert rule that is shipped asks for metrics that are served (O3 Q2)', async () => {
  const rules = await readFile(new URL('../../../../../docs/prometheus-alerts.yml', import.meta.url), 'utf8');
  const asked = new Set(rules.match(/\b(?:yudai|nodejs)_[a-z0-9_]+/g));
  await app.fetch('/api/v1/system');

  const text = await (await app.fetch('/metrics')).text();

  expect(asked.size).toBeGreaterThan(4);
  const served = new Set(text.match(/^# TYPE \S+/gm)?.map((line) => line.slice('# TYPE '.length)));
  expect([...asked].filter((name) => !served.has(name.replace(/_(?:bucket|count)$/, '')))).toEqual([]);
  expect(text).toContain('yudai_database_connections{of="waiting"}');
});

test('with a token, metrics are for its holders alone', async () => {
  const token = 'a-token-for-the-collector';
  await using guarded = await startTestApp({ env: { YUDAI_METRICS_TOKEN: token } });

  expect((await guarded.fetch('/metrics')).status).toBe(403);
  expect((await guarded.fetch('/metrics', { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
});
