import { readdirSync, readlinkSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '#testing/start-test-app.ts';

// One database is enough: this is about sockets, before anything is asked of a database.

// What a request may take to arrive is a second here and twelve outside of tests.
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({
    listen: true,
    heartbeatMs: 400,
    env: { YUDAI_ARRIVAL_TIMEOUT_MS: '1000', YUDAI_REQUEST_TIMEOUT_MS: '1000', YUDAI_BODY_LIMIT: '64kb' },
  });
});
afterAll(() => app.close());

const head = 'POST /api/v1/projects HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n';

test.each<[what: string, first: string, drop: string]>([
  ['that say nothing', '', ''],
  ['that stop in the middle of a header', 'GET / HTTP/1.1\r\nhost: local', ''],
  ['that send their headers by the letter', 'GET / HTTP/1.1\r\n', 'x-a: b\r\n'],
  ['that send their body by the letter', `${head}content-length: 60000\r\n\r\n`, 'a'],
  ['that send a chunked body by the letter', `${head}transfer-encoding: chunked\r\n\r\n`, '1\r\na\r\n'],
])(
  '500 sockets %s are closed, others are answered meanwhile, and nothing stays open (R8)',
  async (_what, first, drop) => {
    const before = openSockets();
    const sockets = await Promise.all(Array.from({ length: 500 }, () => open()));
    const closed = sockets.map(untilClosed);
    for (const socket of sockets) socket.write(first);
    const dripping = setInterval(() => {
      for (const socket of sockets) if (drop !== '' && socket.writable) socket.write(drop);
    }, 200);

    const meanwhile = await fetch(`${app.url}/health/live`);
    const stillOpen = sockets.filter((socket) => !socket.destroyed).length;
    await Promise.all(closed);
    clearInterval(dripping);

    expect([meanwhile.status, stillOpen > 0]).toEqual([200, true]);
    await expect.poll(openSockets, { timeout: 60_000 }).toBeLessThanOrEqual(before + 5);
  },
);

test('a stranger has 12 seconds to send a request, looked at every two seconds: closed within 15 (R8)', async () => {
  await using standard = await startTestApp();
  const { headersTimeout, requestTimeout } = standard.app.http.server;

  expect([headersTimeout, requestTimeout]).toEqual([10_000, 12_000]);
});

test('a chunked body over the limit is refused while it comes, and the connection ends (R8 N3)', async () => {
  const socket = await open();
  const answer = readAll(socket);
  const chunk = `4000\r\n${'a'.repeat(0x4000)}\r\n`;
  let sent = 0;

  socket.write(`${head}transfer-encoding: chunked\r\n\r\n`);
  while (!socket.destroyed && sent < 4096) {
    sent += 1;
    if (!socket.write(chunk)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]).catch(() => undefined);
  }

  expect(await answer).toMatch(/^HTTP\/1\.1 413 .*"payload_too_large"/s);
  expect(sent).toBeLessThan(4096);
});

test('a thousand headers are refused in words (R8)', async () => {
  const socket = await open();
  const answer = readAll(socket);

  socket.write(`GET / HTTP/1.1\r\nhost: localhost\r\n${'x-a: bbbbbbbbbbbbbbbbbbbb\r\n'.repeat(1000)}\r\n`);

  expect(await answer).toMatch(/^HTTP\/1\.1 431 .*"bad_request"/s);
});

test('a reader that does not take its answer is cut off, and the answer with it (R8)', async () => {
  const socket = await open();
  const closed = untilClosed(socket);

  socket.pause();
  socket.write('GET /api/docs/assets/swagger-ui-bundle.js HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(20));
  await expect.poll(() => connections(), { timeout: 60_000 }).toBe(0);
  socket.resume();
  await closed;

  expect(socket.bytesRead).toBeLessThan(20 * 1_400_000);
});

test('streams and sockets outlive every limit of a request (R8 E13)', async () => {
  const user = await app.as('Ada');
  const stop = new AbortController();
  const stream = await fetch(`${app.url}/api/v1/live?topics=user:${user.userId}`, {
    headers: user.headers,
    signal: stop.signal,
  });
  const started = performance.now();
  let beats = 0;

  for await (const chunk of stream.body ?? []) {
    beats += Buffer.from(chunk).toString().split('event: heartbeat').length - 1;
    if (performance.now() - started > 5000) break;
  }
  stop.abort();

  expect(beats).toBeGreaterThan(5);
});

async function open(): Promise<Socket> {
  const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
  // The server may cut while we write.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Resolves when the connection is over; what the server still says is read, without which the end is never seen. */
async function untilClosed(socket: Socket): Promise<void> {
  socket.resume();
  await new Promise<void>((resolve) => socket.once('close', () => resolve()));
}

async function readAll(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString()));
  await untilClosed(socket);
  return text;
}

/** File descriptors that are sockets, both ends of ours among them. */
function openSockets(): number {
  return readdirSync('/proc/self/fd').filter((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`).startsWith('socket:');
    } catch {
      // Closed while we looked.
      return false;
    }
  }).length;
}

async function connections(): Promise<number> {
  return await new Promise((resolve, reject) =>
    app.app.http.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
  );
}
