import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { vector } from '@electric-sql/pglite-pgvector';
import { FrameSplitter, frameTypes } from './frames.ts';
import type { EngineOptions, EngineReply, EngineRequest } from './messages.ts';
import { unoptimized } from './unoptimized.ts';

// The thread that PGlite lives in: a query of 200 ms would otherwise hold up every request of the server for as long.
// It knows no clients: it runs one batch of wire frames after another and sends back whole frames.

/** Settings kept small: the default of 128 MB shared buffers would double the memory of an idle server. */
const settings = ['shared_buffers=16MB', 'max_wal_size=256MB', 'max_connections=1'];

/** Replies are collected to this many bytes before they cross to the main thread. */
const replyBytes = 256 * 1024;

if (parentPort === null) throw new Error('engine-thread.ts runs as a worker thread only.');
await serve(parentPort, workerData as EngineOptions);

async function serve(port: MessagePort, options: EngineOptions): Promise<void> {
  const reply = (message: EngineReply, transfer: readonly ArrayBuffer[] = []): void =>
    port.postMessage(message, transfer);
  let database: PGlite;
  try {
    database = await unoptimized(() =>
      PGlite.create({ dataDir: options.directory, extensions: { vector, pg_trgm }, postgresqlconf: settings }),
    );
  } catch (error) {
    reply({ kind: 'refused', message: messageOf(error) });
    port.close();
    return;
  }

  let queue: Promise<void> = Promise.resolve();
  port.on('message', (request: EngineRequest) => {
    queue = queue
      .then(() => answer(port, database, request, reply))
      .catch((error: unknown) => reply({ kind: 'failed', id: request.id, message: messageOf(error) }));
  });
  reply({ kind: 'opened' });
}

type Reply = (message: EngineReply, transfer?: readonly ArrayBuffer[]) => void;

async function answer(port: MessagePort, database: PGlite, request: EngineRequest, reply: Reply): Promise<void> {
  switch (request.kind) {
    case 'run': {
      const status = await run(database, request.id, request.bytes, reply);
      reply({ kind: 'done', id: request.id, status });
      return;
    }
    case 'close': {
      await database.close();
      reply({ kind: 'done', id: request.id, status: null });
      port.close();
    }
  }
}

/** Runs one batch; returns the transaction state it ended in, null when the batch asked for no state. */
async function run(database: PGlite, id: number, bytes: Uint8Array, reply: Reply): Promise<string | null> {
  const splitter = new FrameSplitter();
  let status: string | null = null;
  let pending: Buffer[] = [];
  let pendingBytes = 0;

  const send = (): void => {
    if (pendingBytes === 0) return;
    const block = new Uint8Array(pendingBytes);
    let offset = 0;
    for (const part of pending) {
      block.set(part, offset);
      offset += part.length;
    }
    pending = [];
    pendingBytes = 0;
    reply({ kind: 'data', id, bytes: block }, [block.buffer]);
  };

  await database.execProtocolRawStream(bytes, {
    onRawData: (data) => {
      // A copy: the engine reuses the memory that `data` points into.
      for (const frame of splitter.push(Buffer.from(data))) {
        if (frame[0] === frameTypes.notification) {
          reply({ kind: 'notification', bytes: new Uint8Array(frame) });
          continue;
        }
        if (frame[0] === frameTypes.readyForQuery) status = String.fromCharCode(frame[5] ?? 0);
        pending.push(frame);
        pendingBytes += frame.length;
      }
      if (pendingBytes >= replyBytes) send();
    },
  });
  send();
  return status;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
