import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LiveEvent, Topic } from '@yudai/contract';
import { LiveClient } from '#lib/live/live-client.ts';
import type { LiveSocket, LiveState } from '#lib/live/live-client.ts';

const project: Topic = `project:prj_${'0'.repeat(26)}`;
const user: Topic = `user:usr_${'0'.repeat(26)}`;

class FakeSocket implements LiveSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: unknown[] = [];
  readonly closed: (number | undefined)[] = [];
  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }
  close(code?: number): void {
    this.closed.push(code);
    this.onclose?.({ code: code ?? 1000 });
  }
  say(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

function setUp() {
  const sockets: FakeSocket[] = [];
  const events: LiveEvent[] = [];
  const resyncs: Topic[] = [];
  const states: LiveState[] = [];
  const client = new LiveClient({
    connect: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    onEvent: (event) => events.push(event),
    onResync: (topic) => resyncs.push(topic),
    onState: (state) => states.push(state),
    random: () => 1,
  });
  const socket = (index: number): FakeSocket => {
    const found = sockets[index];
    if (found === undefined) throw new Error(`socket ${index} was not opened`);
    return found;
  };
  return { client, sockets, socket, events, resyncs, states };
}

const update = (topic: Topic, seq: number) => ({
  topic,
  seq,
  at: '2026-11-21T10:00:00.000Z',
  type: 'project_update',
  data: { projectId: `prj_${'0'.repeat(26)}`, change: 'updated' },
});

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('one socket carries every topic, and watchers of one topic share its subscription (E4)', () => {
  const { client, sockets, socket } = setUp();
  client.start();
  client.watch(project);
  const stopFirst = client.watch(user);
  const stopSecond = client.watch(user);
  socket(0).onopen?.();

  expect(sockets).toHaveLength(1);
  expect(socket(0).sent).toEqual([{ type: 'subscribe', topics: [{ topic: project }, { topic: user }] }]);
  stopFirst();
  expect(socket(0).sent).toHaveLength(1);
  expect(client.isWatched(user)).toBe(true);
  stopSecond();
  expect(client.isWatched(user)).toBe(false);
  expect(socket(0).sent.at(-1)).toEqual({ type: 'unsubscribe', topics: [user] });
});

test('a lost connection resumes behind the last event seen, and a repeated event is told once (E12)', () => {
  const { client, socket, events, resyncs } = setUp();
  client.start();
  client.watch(project);
  socket(0).onopen?.();
  socket(0).say({ type: 'subscribed', topic: project, seq: 6 });
  socket(0).say(update(project, 7));
  socket(0).say(update(project, 7));
  socket(0).say(update(project, 8));

  socket(0).onclose?.({ code: 1006 });
  vi.advanceTimersByTime(500);
  socket(1).onopen?.();
  expect(socket(1).sent).toEqual([{ type: 'subscribe', topics: [{ topic: project, after: 8 }] }]);
  socket(1).say({ type: 'subscribed', topic: project, seq: 9 });
  socket(1).say(update(project, 8));
  socket(1).say(update(project, 9));

  expect(events.map((event) => event.seq)).toEqual([7, 8, 9]);
  expect(resyncs).toEqual([project]);
});

test('a gap and a refused place ask the app to fetch again', () => {
  const { client, socket, resyncs } = setUp();
  client.start();
  client.watch(project);
  socket(0).onopen?.();
  socket(0).say({ type: 'subscribed', topic: project, seq: 1 });
  socket(0).say(update(project, 5));
  expect(resyncs).toEqual([project, project]);

  socket(0).say({ type: 'refused', topic: project, error: { code: 'gone', message: 'Too old.' } });
  expect(socket(0).sent.at(-1)).toEqual({ type: 'subscribe', topics: [{ topic: project }] });
  socket(0).say({ type: 'subscribed', topic: project, seq: 90 });
  expect(resyncs).toHaveLength(3);
});

test('a topic that may not be read is not asked for again and again', () => {
  const { client, socket } = setUp();
  client.start();
  client.watch(project);
  socket(0).onopen?.();
  socket(0).say({ type: 'refused', topic: project, error: { code: 'not_found', message: 'No such project.' } });

  expect(socket(0).sent).toHaveLength(1);
});

test('attempts grow apart up to half a minute, and the person hears of it from the second on', () => {
  const { client, sockets, socket, states } = setUp();
  client.start();
  const delays = [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000];
  for (const [index, delay] of delays.entries()) {
    socket(index).onclose?.({ code: 1006 });
    vi.advanceTimersByTime(delay - 1);
    expect(sockets).toHaveLength(index + 1);
    vi.advanceTimersByTime(1);
    expect(sockets).toHaveLength(index + 2);
  }
  expect(states.slice(0, 3)).toEqual(['connecting', 'connecting', 'offline']);
  socket(8).onopen?.();
  expect(states.at(-1)).toBe('open');
});

test('silence longer than two heartbeats closes a dead connection', () => {
  const { client, sockets, socket } = setUp();
  client.start();
  socket(0).onopen?.();
  vi.advanceTimersByTime(30_000);
  socket(0).say({ type: 'heartbeat', at: '2026-11-21T10:00:00.000Z' });
  vi.advanceTimersByTime(37_000);
  expect(socket(0).closed).toEqual([]);
  vi.advanceTimersByTime(600);
  expect(socket(0).closed).toEqual([4000]);
  vi.advanceTimersByTime(500);
  expect(sockets).toHaveLength(2);
  expect(socket(0).sent).toContainEqual({ type: 'heartbeat' });
});

test('a revoked session stays closed', () => {
  const { client, sockets, socket, states } = setUp();
  client.start();
  socket(0).onopen?.();
  socket(0).onclose?.({ code: 4401 });
  vi.advanceTimersByTime(120_000);

  expect(sockets).toHaveLength(1);
  expect(states.at(-1)).toBe('revoked');
});

test('what is not a message of ours is ignored', () => {
  const { client, socket, events } = setUp();
  client.start();
  client.watch(project);
  socket(0).onopen?.();
  socket(0).onmessage?.({ data: '<html>' });
  socket(0).say({ type: 'project_update', topic: 'nonsense', seq: 1 });
  socket(0).say(update(user, 1));

  expect(events).toEqual([]);
});
