import { connect } from 'node:net';
import { idSchema, type LiveMessage, type Topic } from '../packages/contract/src/index.ts';
import { startTestApp } from '../packages/server/src/testing/index.ts';
import { printTable, quantile, ratio } from './measuring/figures.ts';
import { loadNow, printHead } from './measuring/machine.ts';

// Events appended in transactions of their own and delivered over real sockets, with and without a reader that never reads.
const count = Number(process.argv[2] ?? '500');

printHead(`${count} events over a stream and a socket, embedded database: node bench/live.ts [count]`);
await using app = await startTestApp({ listen: true });
const { user } = await app.client.system.info({});
const topic: Topic = `user:${user.id}`;
const message: LiveMessage = {
  type: 'progress',
  data: { jobId: idSchema('job').parse(`job_${'0'.repeat(26)}`), progress: 1, message: 'x'.repeat(2000) },
};

await round(20);
const alone = await round(count);
const stalled = connect(Number(new URL(app.url).port), '127.0.0.1');
stalled.write(`GET /api/v1/live?topics=${topic} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`);
stalled.pause();
const beside = await round(count);
stalled.destroy();
printTable(
  ['', 'events/s', 'append p50 ms', 'stream p50', 'stream p99', 'socket p50', 'socket p99'],
  [row('alone', alone), row('beside a stalled reader', beside)],
);
console.log(
  `neighbour's p99: ${ratio(quantile(beside.stream, 0.99), quantile(alone.stream, 0.99))} over the stream, ` +
    `${ratio(quantile(beside.socket, 0.99), quantile(alone.socket, 0.99))} over the socket; load ${loadNow()} at the end`,
);

interface Round {
  readonly perSecond: number;
  readonly append: number[];
  readonly stream: number[];
  readonly socket: number[];
}

async function round(events: number): Promise<Round> {
  const sent = new Map<number, number>();
  const [stream, socket] = [await openStream(sent, events), await openSocket(sent, events)];
  const append: number[] = [];
  const started = performance.now();
  for (let n = 0; n < events; n += 1) {
    const before = performance.now();
    const seq = await app.database.asUser(user.id, async (db) => {
      const number = await app.app.live.append(db, { ownerId: user.id }, topic, message);
      sent.set(number, performance.now());
      return number;
    });
    append.push(performance.now() - before);
    if (seq === 0) throw new Error('events count from 1');
  }
  const [streamed, socketed] = await Promise.all([stream, socket].map(({ times }) => times));
  const perSecond = (events * 1000) / (performance.now() - started);
  return { perSecond, append, stream: streamed ?? [], socket: socketed ?? [] };
}

async function openStream(sent: ReadonlyMap<number, number>, events: number): Promise<{ times: Promise<number[]> }> {
  const ended = new AbortController();
  const response = await fetch(`${app.url}/api/v1/live?topics=${topic}`, { signal: ended.signal });
  const collect = async (): Promise<number[]> => {
    const times: number[] = [];
    const decoder = new TextDecoder();
    let text = '';
    for await (const part of response.body ?? []) {
      text += decoder.decode(part, { stream: true });
      const frames = text.split('\n\n');
      text = frames.pop() ?? '';
      for (const frame of frames) {
        const seq = /"seq":(\d+)/.exec(frame)?.[1];
        if (seq !== undefined) times.push(performance.now() - (sent.get(Number(seq)) ?? Number.NaN));
      }
      if (times.length >= events) break;
    }
    ended.abort();
    return times;
  };
  return { times: collect() };
}

async function openSocket(sent: ReadonlyMap<number, number>, events: number): Promise<{ times: Promise<number[]> }> {
  const socket = new WebSocket(`${app.url.replace('http', 'ws')}/api/v1/live/socket`);
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  const subscribed = Promise.withResolvers<void>();
  const all = Promise.withResolvers<number[]>();
  const times: number[] = [];
  socket.addEventListener('message', ({ data }) => {
    const text = String(data);
    if (text.includes('"subscribed"')) return subscribed.resolve();
    const seq = /"seq":(\d+)/.exec(text)?.[1];
    if (seq === undefined) return;
    times.push(performance.now() - (sent.get(Number(seq)) ?? Number.NaN));
    if (times.length < events) return;
    socket.close();
    all.resolve(times);
  });
  socket.send(JSON.stringify({ type: 'subscribe', topics: [{ topic }] }));
  await subscribed.promise;
  return { times: all.promise };
}

function row(name: string, { perSecond, append, stream, socket }: Round): string[] {
  const figures = [quantile(append, 0.5), ...[stream, socket].flatMap((of) => [quantile(of, 0.5), quantile(of, 0.99)])];
  return [name, perSecond.toFixed(0), ...figures.map((ms) => ms.toFixed(1))];
}
