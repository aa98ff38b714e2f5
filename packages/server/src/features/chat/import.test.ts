// One database is enough: this is about how much of a body is read; what is stored of it are messages like those of sessions.test.ts.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { chatImportLimit, type ChatSession, errorBody, idSchema } from '@yudai/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { connectAndIndex, makeRepository, type TestRepository } from '#testing/make-repository.ts';
import { anonymous, startTestApp, type TestApp } from '#testing/start-test-app.ts';

let app: TestApp;
let repository: TestRepository;
let path: string;
beforeAll(async () => {
  app = await startTestApp({ listen: true });
  repository = await makeRepository({ 'tea.txt': 'tea\n' });
  const { project } = await connectAndIndex(app, repository.folder);
  path = `/api/v1/projects/${project.id}/sessions/import`;
});
afterAll(async () => {
  await app.close();
  await repository.remove();
});

test('a conversation of 10,000 messages is read back and begins with its newest ones; of one more it is refused (D5 D13)', async () => {
  const read = await importing(fileOf(10_000));
  const { id } = sessionOf(await read.json());
  const refused = await importing(fileOf(10_001));

  const state = await app.client.chat.get({ id, limit: 60 });
  expect(state.session.messageCount).toBe(10_000);
  expect(state.messages.at(-1)?.parts).toEqual([{ type: 'text', text: 'message 9999' }]);
  expect([refused.status, await codeOf(refused)]).toEqual([422, 'invalid_input']);
});

test('a file is read up to 10 MB to the byte, and not one byte more (D5 N3)', async () => {
  const body = fileOf(50, 'tea '.repeat(50_000));
  const fits = await importing(body.padEnd(chatImportLimit.bytes));
  const { id } = sessionOf(await fits.json());

  const tooLarge = await importing(body.padEnd(chatImportLimit.bytes + 1));

  const { messages } = await app.client.chat.get({ id, limit: 1 });
  expect(messages[0]?.parts).toEqual([{ type: 'text', text: 'tea '.repeat(50_000) }]);
  expect([tooLarge.status, await codeOf(tooLarge)]).toEqual([413, 'payload_too_large']);
});

test('what is large elsewhere is refused as ever: by bytes, by keys, and at the same path with another method (N3)', async () => {
  const large = JSON.stringify({ title: 'x'.repeat(2_000_000) });
  const many = JSON.stringify(Object.fromEntries(Array.from({ length: 2001 }, (_, key) => [`k${key}`, 1])));
  const answers = await Promise.all([
    app.fetch(path.replace('/import', ''), { method: 'POST', headers: json, body: large }),
    app.fetch(path.replace('/import', ''), { method: 'POST', headers: json, body: many }),
    app.fetch(path, { method: 'PUT', headers: json, body: large }),
  ]);

  expect(answers.map(({ status }) => status)).toEqual([413, 400, 413]);
});

test('nobody who is not signed in gets any of a large file read (D5 N3)', async () => {
  const socket = await announce(anonymous);

  expect(await answerOf(socket)).toMatch(/^HTTP\/1\.1 401 /);
  socket.destroy();
});

test('two large files are on their way at once; a third waits its turn, a small one need not (D5 N3)', async () => {
  const sockets = await Promise.all([announce(), announce(), announce()]);
  const refused = await Promise.race(sockets.map(answerOf));
  const small = await importing(fileOf(1));
  for (const socket of sockets) socket.destroy();

  expect(refused).toMatch(/^HTTP\/1\.1 429 .*retry-after: 5\b.*"too_many_requests"/is);
  expect(small.status).toBe(201);
  await expect.poll(async () => (await importing(fileOf(1).padEnd(2_000_000))).status).toBe(201);
});

const json = { 'content-type': 'application/json' };

function importing(body: string): Promise<Response> {
  return app.fetch(path, { method: 'POST', headers: json, body });
}

/** The body that imports a conversation of so many messages, each after the one before. */
function fileOf(count: number, text?: string): string {
  const messages = Array.from({ length: count }, (_, order) => ({
    role: order % 2 === 0 ? 'user' : 'assistant',
    parent: order === 0 ? null : order - 1,
    author: null,
    text: text ?? `message ${order}`,
    createdAt: '2026-01-01T00:00:00.000Z',
  }));
  return JSON.stringify({
    conversation: { format: 'yudai-chat', version: 1, title: 'Much', messages, head: count - 1 },
  });
}

function sessionOf(body: unknown): Pick<ChatSession, 'id'> {
  return z.object({ id: idSchema('session') }).parse(body);
}

async function codeOf(response: Response): Promise<string> {
  return errorBody.parse(await response.json()).error.code;
}

/** Says that a large file will come, and sends only its beginning. */
async function announce(headers: Record<string, string> = {}): Promise<Socket> {
  const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
  // The server may cut while we write.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const lines = Object.entries({ host: 'localhost', 'content-length': '9000000', ...json, ...headers });
  socket.write(`POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n{"con`);
  return socket;
}

async function answerOf(socket: Socket): Promise<string> {
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return answer.toString();
}
