import { type LiveEvent, liveEvent, type Topic } from '../../packages/contract/src/index.ts';

/** An event of the live feed and the moment at which it was read, by `performance.now()`. */
export interface Arrival {
  readonly event: LiveEvent;
  readonly at: number;
}

/** Follows a topic after a number over server-sent events until the signal ends, or the server or the network ends it. */
export async function* followStream(url: string, topic: Topic, after: number, signal: AbortSignal) {
  const response = await fetch(`${url}/api/v1/live?topics=${topic}`, {
    headers: { 'last-event-id': `${topic}=${after}` },
    signal,
  });
  for await (const line of linesOf(response)) {
    const at = performance.now();
    if (!line.startsWith('data: {')) continue;
    const parsed = liveEvent.safeParse(JSON.parse(line.slice(6)));
    if (parsed.success) yield { event: parsed.data, at };
  }
}

/** The same over a socket. */
export async function* followSocket(url: string, topic: Topic, after: number, signal: AbortSignal) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/live/socket`);
  const arrived: { text: string; at: number }[] = [];
  let wake: () => void = () => undefined;
  let isOver = false;
  const end = () => {
    isOver = true;
    wake();
  };
  socket.addEventListener('open', () => {
    socket.send(JSON.stringify({ type: 'subscribe', topics: [{ topic, after }] }));
  });
  socket.addEventListener('message', ({ data }) => {
    arrived.push({ text: String(data), at: performance.now() });
    wake();
  });
  for (const name of ['close', 'error'] as const) socket.addEventListener(name, end);
  signal.addEventListener('abort', end);
  try {
    for (;;) {
      const next = arrived.shift();
      if (next !== undefined) {
        const parsed = liveEvent.safeParse(JSON.parse(next.text));
        if (parsed.success) yield { event: parsed.data, at: next.at };
      } else if (isOver) return;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    signal.removeEventListener('abort', end);
    socket.close();
  }
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
