import { createServer } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import { errorBody, errorStatuses, type ErrorCode } from '@yudai/contract';
import { ApiError } from '@yudai/contract/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppError } from '#kernel/app-error.ts';
import { toErrorAnswer, toErrorBody } from '#platform/http/error-answer.ts';
import { anonymous, startTestApp, type TestApp } from '#testing/start-test-app.ts';

// One database is enough: this is about how the door answers.

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ listen: true, env: { YUDAI_BODY_LIMIT: '4kb' } });
});
afterAll(() => app.close());

const json = { 'content-type': 'application/json' };

test.each<[what: string, path: string, init: RequestInit, code: ErrorCode]>([
  ['an unknown path of the API', '/api/v1/nothing', {}, 'not_found'],
  ['an unknown file', '/nothing.js', {}, 'not_found'],
  ['a change of what is not there', '/nothing', { method: 'POST' }, 'not_found'],
  ['a known path with another method', '/api/v1/system', { method: 'DELETE' }, 'method_not_allowed'],
  ['a method that nothing has', '/api/v1/system', { method: 'OPTIONS' }, 'method_not_allowed'],
  ['an unknown query field', '/api/v1/system?verbose=1', {}, 'invalid_input'],
  ['a query on a change', '/api/v1/system?x=1', { method: 'GET' }, 'invalid_input'],
  ['brackets in a query', '/api/v1/system?__proto__[a]=1', {}, 'invalid_input'],
  ['a socket without an upgrade', '/api/v1/live/socket', {}, 'bad_request'],
  ['nobody', '/api/v1/system', { headers: anonymous }, 'unauthorized'],
  ['topics that are none', '/api/v1/live?topics=everything', {}, 'invalid_input'],
  ['no topics', '/api/v1/live', {}, 'invalid_input'],
  ['a job id that is none', '/api/v1/jobs/1/stream', {}, 'invalid_input'],
  ['a job that is not there', `/api/v1/jobs/job_${'0'.repeat(26)}/stream`, {}, 'not_found'],
])('%s is answered with the error body (A9 N11)', async (_what, path, init, code) => {
  const response = await app.fetch(path, init);

  expect(await failureOf(response)).toEqual({ code, status: errorStatuses[code], namesItself: true });
});

test.each([
  ['PUT', '/api/v1/system'],
  ['POST', '/api/v1/live'],
  ['HEAD', `/api/v1/live?topics=user:usr_${'0'.repeat(26)}`],
  ['OPTIONS', '/api/v1/live/socket'],
  ['DELETE', '/api/v1/live/socket'],
  ['POST', `/api/v1/jobs/job_${'0'.repeat(26)}/stream`],
  ['HEAD', `/api/v1/jobs/job_${'0'.repeat(26)}/stream`],
])('%s %s is a wrong method: 405 with Allow and the error body (A9)', async (method, path) => {
  const response = await app.fetch(path, { method });

  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET']);
  if (method === 'HEAD') return;
  expect(await errorOf(response)).toMatchObject({ code: 'method_not_allowed', details: { allowed: ['GET'] } });
});

test('Allow names every method that the path has', async () => {
  const response = await app.fetch(`/api/v1/projects/prj_${'0'.repeat(26)}`, { method: 'PUT' });

  expect(response.headers.get('allow')).toBe('GET, PATCH, DELETE');
});

test.each<[what: string, body: string, headers: Record<string, string>, code: ErrorCode]>([
  ['broken JSON', '{"a":', json, 'bad_request'],
  ['another media type', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }, 'unsupported_media_type'],
  ['no media type for bytes', 'a', { 'content-type': '' }, 'unsupported_media_type'],
  ['a body over the limit', JSON.stringify({ a: 'x'.repeat(5000) }), json, 'payload_too_large'],
  ['deep nesting', `${'['.repeat(40)}${']'.repeat(40)}`, json, 'bad_request'],
  ['a key that reaches for the prototype', '{"__proto__":{"admin":true}}', json, 'bad_request'],
  ['a list instead of an object', '[1]', json, 'invalid_input'],
  ['a NUL in a text', '{"source":{"kind":"folder","path":"/a"},"name":"\\u0000"}', json, 'invalid_input'],
  ['half a character', '{"source":{"kind":"folder","path":"/a"},"ref":"\\ud800"}', json, 'invalid_input'],
  ['a text instead of an object', '"x"', json, 'invalid_input'],
])('a body with %s is refused (N3 N9)', async (_what, body, headers, code) => {
  const response = await app.fetch('/api/v1/projects', { method: 'POST', body, headers });

  expect(await failureOf(response)).toEqual({ code, status: errorStatuses[code], namesItself: true });
});

test('the typed client throws the code, the words and the request id', async () => {
  const failure = await app.client.jobs
    .get({ id: (await import('@yudai/contract')).idSchema('job').parse(`job_${'0'.repeat(26)}`) })
    .catch((error: unknown) => error);

  expect(failure).toBeInstanceOf(ApiError);
  expect(failure).toMatchObject({ code: 'not_found', status: 404, requestId: expect.stringMatching(/^[\w-]{36}$/) });
});

test('every code has its status, and only a defect is logged as one', () => {
  for (const [code, status] of Object.entries(errorStatuses)) {
    // The keys of the table are the codes.
    const answer = toErrorAnswer(new AppError(code as ErrorCode, 'Words.'));
    expect(answer).toMatchObject({ code, status, message: 'Words.' });
  }
});

test.each<[what: string, error: unknown]>([
  ['an error with a stack', new Error('select * from users where secret at /srv/yudai/x.ts')],
  ['an error with SQL in its cause', new Error('x', { cause: new Error('select password from users') })],
  ['something that is no error', { toString: () => '/etc/passwd' }],
  ['undefined', undefined],
])('%s is internal, and says nothing of itself (N10 S20)', (_what, error) => {
  const text = JSON.stringify(toErrorBody(toErrorAnswer(error), 'r1'));

  expect(JSON.parse(text)).toMatchObject({ error: { code: 'internal', requestId: 'r1' } });
  expect(text).not.toMatch(/select|\/srv|\/etc|passw|\.ts|at /);
});

test('what is not HTTP at all is answered with the error body as well', async () => {
  const answer = await rawAnswer('NONSENSE\r\n\r\n');

  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(errorBody.safeParse(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).success).toBe(true);
});

test('headers beyond 16 KB are refused', async () => {
  const answer = await rawAnswer(`GET / HTTP/1.1\r\nhost: localhost\r\nx-a: ${'a'.repeat(20_000)}\r\n\r\n`);

  expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  expect(answer).toContain('"bad_request"');
});

test('a URL that cannot be decoded is refused with a request id', async () => {
  const answer = await rawAnswer(
    'GET /%zz HTTP/1.1\r\nhost: localhost\r\nx-request-id: mine-1\r\nconnection: close\r\n\r\n',
  );

  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain('"requestId":"mine-1"');
});

test('a port that is taken is told in words', async () => {
  const other = createServer();
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  await expect(startTestApp({ listen: true, env: { YUDAI_PORT: String(port) } })).rejects.toThrow(
    /is taken by another program/,
  );

  other.close();
});

async function failureOf(response: Response) {
  const { code, requestId } = await errorOf(response);
  return { code, status: response.status, namesItself: response.headers.get('x-request-id') === requestId };
}

async function errorOf(response: Response) {
  return errorBody.parse(await response.json()).error;
}

async function rawAnswer(request: string): Promise<string> {
  const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
  socket.write(request);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}
