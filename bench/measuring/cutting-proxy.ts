import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { randomOf } from './random.ts';

/** A way to a server that breaks: each connection is cut in the middle of what comes, after some bytes, until it has been cut often enough. */
export interface CuttingProxy {
  readonly url: string;
  /** How many connections were cut so far. */
  cuts(): number;
  close(): void;
}

/**
 * Cuts `count` connections, each after a number of bytes between `least` and `most` that follows from the seed. Whoever reads learns of it as of
 * a broken line: without a word, in the middle of an event or of a character.
 */
export async function startCuttingProxy(
  target: string,
  { count, least, most, seed }: { count: number; least: number; most: number; seed: number },
): Promise<CuttingProxy> {
  const random = randomOf(seed);
  let cuts = 0;
  const open = new Set<Socket>();
  const server = createServer((reader) => {
    const upstream = connect(Number(new URL(target).port), '127.0.0.1');
    let left = cuts < count ? least + Math.floor(random() * (most - least)) : Infinity;
    for (const [socket, other] of [
      [reader, upstream],
      [upstream, reader],
    ] as const) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        open.delete(socket);
        other.destroy();
      });
    }
    reader.pipe(upstream);
    upstream.on('data', (part: Buffer) => {
      if (reader.destroyed) return;
      const passed = part.subarray(0, left);
      left -= passed.length;
      if (left > 0) return void reader.write(passed);
      cuts += 1;
      // What was written still arrives, then the line is dead.
      reader.end(passed);
      upstream.destroy();
    });
  });
  server.listen(0, '127.0.0.1', 512);
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    cuts: () => cuts,
    close: () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}
