import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Topic } from '../../packages/contract/src/index.ts';

export interface Stalled {
  /** Begins to read at last; how many of them the server had let go by then. Closes them all. */
  letGo(): Promise<number>;
}

/** So many who ask for a topic and never read, half over sockets and half over streams. */
export function openStalled(url: string, topic: Topic, count: number): Promise<Stalled> {
  return open(count, async (n) => {
    if (n % 2 === 1) return ask(url, `/api/v1/live?topics=${topic}`, []);
    const socket = await ask(url, '/api/v1/live/socket', upgrade());
    socket.write(frameOf(JSON.stringify({ type: 'subscribe', topics: [{ topic }] })));
    return socket;
  });
}

/** The same in a room of the predecessors, which has sockets alone. */
export function openStalledAtPredecessor(url: string, room: string, count: number): Promise<Stalled> {
  return open(count, () => ask(url, `/ws/${room}`, upgrade()));
}

async function open(count: number, one: (n: number) => Promise<Socket>): Promise<Stalled> {
  const sockets = await Promise.all(Array.from({ length: count }, (_, n) => one(n)));
  return {
    async letGo() {
      let gone = 0;
      for (const socket of sockets) {
        socket.once('end', () => (gone += 1));
        socket.once('error', () => (gone += 1));
        socket.resume();
      }
      // What the kernel holds for them is read in a moment; who is still served after it was not let go.
      await new Promise((resolve) => setTimeout(resolve, 1000));
      for (const socket of sockets) socket.destroy();
      return gone;
    },
  };
}

/** Asks, waits for the head of the answer, and reads nothing after it. */
async function ask(url: string, path: string, headers: readonly string[]): Promise<Socket> {
  const { port } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write([`GET ${path} HTTP/1.1`, `host: 127.0.0.1:${port}`, ...headers, '', ''].join('\r\n'));
  await once(socket, 'data');
  socket.pause();
  return socket;
}

function upgrade(): string[] {
  const key = randomBytes(16).toString('base64');
  return ['connection: Upgrade', 'upgrade: websocket', 'sec-websocket-version: 13', `sec-websocket-key: ${key}`];
}

/** A short text as a client sends it: masked, here by nothing. */
function frameOf(text: string): Buffer {
  const body = Buffer.from(text);
  if (body.length > 125) throw new Error('Only short texts are sent here.');
  return Buffer.concat([Buffer.from([0x81, 0x80 | body.length, 0, 0, 0, 0]), body]);
}
