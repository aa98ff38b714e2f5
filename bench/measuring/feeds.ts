import { once } from 'node:events';
import { type LiveEvent, liveEvent, type Topic } from '../../packages/contract/src/index.ts';

/** One event of a feed as its JSON came, and when, by `performance.now()`. */
export interface Frame {
  readonly text: string;
  readonly at: number;
}

/** Follows a topic after a number; resolves when it is open, and goes on until the signal ends, or the server or the network ends it. */
export type Follow = (url: string, topic: Topic, after: number, signal: AbortSignal) => Promise<AsyncIterable<Frame>>;

/** Over server-sent events. The frames throw when the network ends it. */
export async function followStream(
  url: string,
  topic: Topic,
  after: number,
  signal: AbortSignal,
): Promise<AsyncIterable<Frame>> {
  const headers = { 'last-event-id': `${topic}=${after}` };
  return framesOf(await fetch(`${url}/api/v1/live?topics=${topic}`, { headers, signal }));
}

/** Over a socket. */
export async function followSocket(
  url: string,
  topic: Topic,
  after: number,
  signal: AbortSignal,
): Promise<AsyncIterable<Frame>> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/live/socket`);
  const frames = messagesOf(socket, signal);
  await Promise.race([once(socket, 'open'), once(socket, 'close')]);
  if (socket.readyState === socket.OPEN) socket.send(JSON.stringify({ type: 'subscribe', topics: [{ topic, after }] }));
  return framesAfterSubscribed(frames);
}

/** The event of a frame; undefined for what is none, such as a heartbeat. */
export function eventOf({ text }: Frame): LiveEvent | undefined {
  return liveEvent.safeParse(JSON.parse(text)).data;
}

/** The number of an event without reading the rest of it; NaN for what is none. */
export function seqOf({ text }: Frame): number {
  return Number(/^\{"topic":"[^"]*","seq":(\d+)/.exec(text)?.[1] ?? Number.NaN);
}

/** The messages of a socket from now on. */
export function messagesOf(socket: WebSocket, signal: AbortSignal): AsyncIterable<Frame> {
  const arrived: Frame[] = [];
  let wake: () => void = () => undefined;
  let isOver = false;
  const end = () => {
    isOver = true;
    wake();
  };
  socket.addEventListener('message', ({ data }) => {
    arrived.push({ text: String(data), at: performance.now() });
    wake();
  });
  for (const name of ['close', 'error'] as const) socket.addEventListener(name, end);
  signal.addEventListener('abort', end);
  return (async function* () {
    try {
      for (;;) {
        const next = arrived.shift();
        if (next !== undefined) yield next;
        else if (isOver) return;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      signal.removeEventListener('abort', end);
      socket.close();
    }
  })();
}

/** The lines of an answer as they come. Throws when it is no success. */
export async function* linesOf(response: Response): AsyncIterable<string> {
  if (!response.ok || response.body === null) throw new Error(`It answered ${response.status}.`);
  let rest = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

async function* framesOf(response: Response): AsyncIterable<Frame> {
  for await (const line of linesOf(response)) {
    if (line.startsWith('data: {')) yield { text: line.slice(6), at: performance.now() };
  }
}

/** Reads on until the server has said that it follows, so that nothing is asked before. */
async function framesAfterSubscribed(frames: AsyncIterable<Frame>): Promise<AsyncIterable<Frame>> {
  const reading = frames[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await reading.next();
    if (done === true || value.text.startsWith('{"type":"subscribed"')) break;
  }
  return { [Symbol.asyncIterator]: () => reading };
}
