// One database is enough: this is about sockets and streams; what goes through them is stored and read on both by platform/live.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type Id, type LiveEvent, type LiveMessage, socketCloseCodes, type Topic } from '@yudai/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { newId } from '#kernel/ids.ts';
import { anonymous, startTestApp, type TestApp, type TestUser } from '#testing/start-test-app.ts';

let app: TestApp;
let ada: TestUser;
let bob: TestUser;
beforeAll(async () => {
  app = await startTestApp({ listen: true, heartbeatMs: 100, env: { YUDAI_LIVE_CONNECTIONS: '12' } });
  ada = await app.as('ada');
  bob = await app.as('bob');
});
afterAll(() => app.close());

test('a stream tells what is appended, numbered, and resumes after the last id without gap or repetition (E12 E15)', async () => {
  const topic = await openTopic(ada);
  const first = await openStream(ada, `/api/v1/live?topics=${topic}`);
  await say(ada, topic, 1, 3);
  const seen = await first.events(3);
  first.stop();
  await say(ada, topic, 4, 6);

  const second = await openStream(ada, `/api/v1/live?topics=${topic}`, { 'last-event-id': seen.at(-1)?.id ?? '' });
  const resumed = await second.events(3);
  second.stop();

  expect([...seen, ...resumed].map(({ event, data }) => [event, data.seq])).toEqual(
    [1, 2, 3, 4, 5, 6].map((seq) => ['progress', seq]),
  );
  expect(resumed.at(-1)?.id).toBe(`${topic}=6`);
});

test('events between "now" and the first event are not lost by a break before it', async () => {
  const topic = await openTopic(ada);
  const first = await openStream(ada, `/api/v1/live?topics=${topic}`);
  const { id } = await first.heartbeat();
  first.stop();
  await say(ada, topic, 1, 1);

  const second = await openStream(ada, `/api/v1/live?topics=${topic}`, { 'last-event-id': id });

  expect((await second.events(1)).map(({ data }) => data.seq)).toEqual([1]);
  second.stop();
});

test('a quiet stream says that it lives (E10)', async () => {
  const stream = await openStream(ada, `/api/v1/live?topics=user:${ada.userId}`);

  expect((await stream.heartbeat()).event).toBe('heartbeat');
  expect((await stream.heartbeat()).event).toBe('heartbeat');
  stream.stop();
});

test.each<[what: string, headers: () => Record<string, string>, status: number]>([
  ['nobody', () => anonymous, 401],
  ['a foreign page', () => ({ ...ada.headers, origin: 'https://evil.example' }), 403],
  ['somebody else', () => bob.headers, 404],
])('%s gets an HTTP status before the first byte and before the upgrade (S8)', async (_what, headers, status) => {
  const topic = await openTopic(ada);

  const stream = await app.app.http.inject({
    url: `/api/v1/live?topics=${topic}`,
    headers: { host: 'localhost', ...headers() },
  });
  const socket = status === 404 ? status : await upgradeStatus(headers());

  expect([stream.statusCode, socket]).toEqual([status, status]);
});

test('a resume point that was never given out is gone', async () => {
  const topic = await openTopic(ada);
  const response = await ada.fetch(`/api/v1/live?topics=${topic}`, { headers: { 'last-event-id': `${topic}=99` } });

  expect(response.status).toBe(410);
});

test('a socket carries several topics, refuses those of others in words, and stops when it is told (E11)', async () => {
  const [mine, other] = [await openTopic(ada), await openTopic(bob)];
  const socket = await openSocket(ada);

  socket.send({ type: 'subscribe', topics: [{ topic: mine, after: 0 }, { topic: other }] });
  expect(await socket.next('subscribed')).toMatchObject({ topic: mine, seq: 0 });
  expect(await socket.next('refused')).toMatchObject({ topic: other, error: { code: 'not_found' } });
  await say(ada, mine, 1, 1);
  expect(await socket.next('progress')).toMatchObject({ topic: mine, seq: 1 });
  socket.send({ type: 'unsubscribe', topics: [mine] });
  expect(await socket.next('unsubscribed')).toMatchObject({ topic: mine });
  socket.send({ type: 'heartbeat' });
  expect(await socket.next('heartbeat')).toHaveProperty('at');

  socket.close();
});

test.each<[what: string, send: (socket: WebSocket) => void, code: number]>([
  ['no JSON', (socket) => socket.send('{'), socketCloseCodes.badMessage],
  ['an unknown type', (socket) => socket.send('{"type":"sudo"}'), socketCloseCodes.badMessage],
  ['an unknown field', (socket) => socket.send('{"type":"heartbeat","x":1}'), socketCloseCodes.badMessage],
  ['bytes', (socket) => socket.send(Buffer.from([1, 2])), socketCloseCodes.badMessage],
  ['deep nesting', (socket) => socket.send('['.repeat(10_000)), socketCloseCodes.badMessage],
  ['64 KB and more', (socket) => socket.send('x'.repeat(70_000)), socketCloseCodes.tooLarge],
  ['a flood', (socket) => Array.from({ length: 300 }, () => socket.send('{"type":"heartbeat"}')), 1008],
])('%s closes the socket with the right code (R11)', async (_what, send, code) => {
  const socket = await openSocket(ada);

  send(socket.raw);

  expect(await socket.closed).toBe(code);
});

test('bytes that are no frame close with 1002, and text that is no UTF-8 with 1007 (R11)', async () => {
  const codeAfter = async (frame: number[]) => {
    const socket = await openSocket(ada);
    // The raw connection under the client, to say what no client would.
    const connection: unknown = Reflect.get(socket.raw, '_socket');
    if (connection instanceof Object && 'write' in connection) (connection as Socket).write(Buffer.from(frame));
    return socket.closed;
  };

  expect(await codeAfter([0xf1, 0x00])).toBe(1002);
  expect(await codeAfter([0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe])).toBe(1007);
});

test('a client that answers no heartbeat is let go (E10)', async () => {
  const socket = await openSocket(ada, { autoPong: false });

  expect(await socket.closed).toBe(1006);
});

test('a socket that reads nothing is closed as slow, and its neighbour misses nothing (R6)', async () => {
  await using patient = await startTestApp({ listen: true });
  const eve = await patient.as('eve');
  const topic = await openTopic(eve, patient);
  const [slow, quick] = [await openSocket(eve, {}, patient), await openSocket(eve, {}, patient)];
  for (const socket of [slow, quick]) {
    socket.send({ type: 'subscribe', topics: [{ topic, after: 0 }] });
    await socket.next('subscribed');
  }
  slow.raw.pause();
  const count = 600;
  const filler = 'x'.repeat(30_000);
  for (let done = 0; done < count; done += 20) {
    await patient.database.asSystem(async (db) => {
      for (let i = 0; i < 20; i += 1)
        await patient.app.live.append(db, { ownerId: eve.userId }, topic, progress(i, filler));
    });
    // The quick one keeps the pace, as a healthy reader does.
    for (let i = 0; i < 20; i += 1) await quick.next('progress');
  }

  slow.raw.resume();

  expect(await slow.closed).toBe(socketCloseCodes.slow);
  expect(quick.lastSeq).toBe(count);
});

test('places are limited, told as too many, and given back', async () => {
  const open = await Promise.all(Array.from({ length: 12 }, () => openSocket(bob)));

  expect(await upgradeStatus(bob.headers)).toBe(429);
  const stream = await bob.fetch(`/api/v1/live?topics=user:${bob.userId}`);
  expect([stream.status, stream.headers.get('retry-after')]).toEqual([429, '2']);

  for (const socket of open) socket.close();
  await Promise.all(open.map((socket) => socket.closed));
  const again = await openSocket(bob);
  again.close();
});

test('a stream does not last for ever, and its end is resumable (E13)', async () => {
  await using brief = await startTestApp({ streamLifetimeMs: 50 });
  const eve = await brief.as('eve');

  const response = await eve.fetch(`/api/v1/live?topics=user:${eve.userId}`);

  expect(await response.text()).toMatch(/^retry: 1000\nevent: heartbeat\nid: user:/);
});

test('shutting down ends streams and closes sockets as going away (R16)', async () => {
  const ending = await startTestApp({ listen: true });
  const eve = await ending.as('eve');
  const stream = await eve.fetch(`/api/v1/live?topics=user:${eve.userId}`);
  const socket = new WebSocket(`${ending.url.replace('http', 'ws')}/api/v1/live/socket`, { headers: eve.headers });
  await once(socket, 'open');
  const closed = once(socket, 'close');

  await ending.close();

  expect(await stream.text()).toContain('event: heartbeat');
  expect((await closed)[0]).toBe(socketCloseCodes.goingAway);
});

async function openTopic(user: TestUser, at: TestApp = app): Promise<Topic> {
  const topic: Topic = `job:${newId('job', new Date())}`;
  await at.database.asSystem((db) => at.app.live.open(db, { ownerId: user.userId }, topic));
  return topic;
}

async function say(user: TestUser, topic: Topic, from: number, to: number): Promise<void> {
  await app.database.asSystem(async (db) => {
    for (let i = from; i <= to; i += 1)
      await app.app.live.append(db, { ownerId: user.userId }, topic, progress(i, null));
  });
}

function progress(percent: number, message: string | null): LiveMessage {
  const jobId: Id<'job'> = newId('job', new Date(0));
  return { type: 'progress', data: { jobId, progress: percent, message } };
}

interface StreamEvent {
  readonly event: string;
  readonly id: string;
  readonly data: LiveEvent;
}

async function openStream(user: TestUser, path: string, headers: Record<string, string> = {}) {
  const stop = new AbortController();
  const response = await fetch(`${app.url}${path}`, { headers: { ...user.headers, ...headers }, signal: stop.signal });
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const frames = parseFrames(response);
  const next = async (wanted: (event: StreamEvent) => boolean): Promise<StreamEvent> => {
    for (;;) {
      const { value, done } = await frames.next();
      if (done === true) throw new Error('The stream ended.');
      if (wanted(value)) return value;
    }
  };
  return {
    heartbeat: () => next(({ event }) => event === 'heartbeat'),
    events: async (count: number) => {
      const events: StreamEvent[] = [];
      while (events.length < count) events.push(await next(({ event }) => event !== 'heartbeat'));
      return events;
    },
    stop: () => stop.abort(),
  };
}

async function* parseFrames(response: Response): AsyncGenerator<StreamEvent> {
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString('utf8');
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) {
      const [, event = '', id = '', data = '{}'] = /event: (.*)\nid: (.*)\ndata: (.*)/.exec(part) ?? [];
      yield { event, id, data: JSON.parse(data) };
    }
  }
}

async function openSocket(user: TestUser, options: { autoPong?: boolean } = {}, at: TestApp = app) {
  const raw = new WebSocket(`${at.url.replace('http', 'ws')}/api/v1/live/socket`, {
    headers: user.headers,
    ...options,
  });
  const waiting: Record<string, unknown>[] = [];
  let wake = () => {};
  const state = { lastSeq: 0 };
  raw.on('message', (data: Buffer) => {
    waiting.push(JSON.parse(data.toString()));
    wake();
  });
  const closed = new Promise<number>((resolve) => raw.once('close', resolve));
  raw.on('error', () => undefined);
  await once(raw, 'open');
  return {
    raw,
    closed,
    get lastSeq() {
      return state.lastSeq;
    },
    send: (message: unknown) => raw.send(JSON.stringify(message)),
    close: () => raw.close(),
    next: async (type: string): Promise<Record<string, unknown>> => {
      for (;;) {
        const message = waiting.shift();
        if (typeof message?.['seq'] === 'number') state.lastSeq = message['seq'];
        if (message?.['type'] === type) return message;
        if (message === undefined) await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}

/** The HTTP status of an attempt to open a socket; 101 when it was let in. */
async function upgradeStatus(headers: Record<string, string>): Promise<number> {
  const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(
    `GET /api/v1/live/socket HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n` +
      `sec-websocket-version: 13\r\nsec-websocket-key: ${Buffer.alloc(16).toString('base64')}\r\n${lines.join('')}\r\n`,
  );
  const [head] = await once(socket, 'data');
  socket.destroy();
  return Number(/^HTTP\/1\.1 (\d+)/.exec(String(head))?.[1]);
}
