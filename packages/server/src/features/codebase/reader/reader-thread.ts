import { parentPort } from 'node:worker_threads';
import {
  createVectorIndex,
  type FactsPack,
  type NearChunk,
  openCodebase,
  readSnapshotHistory,
  SearchError,
  type VectorBatch,
} from '@yudai/engine/codebase';
import { CheckoutError } from '@yudai/engine/checkout';
import { embeddingDimensions } from '#platform/db/embedding.ts';
import { createCalls, type OpenSnapshot } from './calls.ts';
import { createPackQueue, type PackQueue } from './pack-queue.ts';
import type { FromReader, OpenRequest, ToReader } from './protocol.ts';

// The thread's own state: which snapshots are open, which packs and vectors are on their way, which calls can still be cancelled.
const snapshots = new Map<string, Promise<OpenSnapshot>>();
const queues = new Map<string, PackQueue>();
const running = new Map<number, AbortController>();
const loads = new Map<number, ReturnType<typeof createVectorIndex>>();

parentPort?.on('message', (message: ToReader) => {
  switch (message.type) {
    case 'open':
      return void answer(message.id, open(message.request));
    case 'pack':
      return queues.get(message.key)?.push(message.pack);
    case 'loaded':
      queues.get(message.key)?.end();
      return void queues.delete(message.key);
    case 'vectors':
      return addVectors(message.load, message.batch);
    case 'vectorsLoaded':
      return void takeVectors(message.load, message.key);
    case 'vectorsFailed':
      return void loads.delete(message.load);
    case 'call':
      return void answer(message.id, call(message));
    case 'cancel':
      return running.get(message.id)?.abort(new Error('cancelled'));
    case 'close':
      return void close(message.key);
  }
});

async function open(request: OpenRequest): Promise<null> {
  const queue = createPackQueue();
  queues.set(request.key, queue);
  const snapshot = openSnapshot(request, queue);
  snapshots.set(request.key, snapshot);
  await snapshot;
  return null;
}

async function openSnapshot(
  { gitDir, commit, historyOf, entries }: OpenRequest,
  packs: AsyncIterable<FactsPack>,
): Promise<OpenSnapshot> {
  let near: readonly NearChunk[] | string | null = null;
  const codebase = await openCodebase({
    gitDir,
    commit,
    entries,
    store: { load: () => packs },
    ...(historyOf === null ? {} : { history: readSnapshotHistory(gitDir, historyOf) }),
    near: () => near,
  });
  return { codebase, entries, vectors: null, setNear: (value) => (near = value) };
}

function addVectors(load: number, batch: VectorBatch): void {
  const builder = loads.get(load) ?? createVectorIndex(embeddingDimensions);
  loads.set(load, builder);
  builder.add(batch);
}

async function takeVectors(load: number, key: string): Promise<void> {
  const vectors = loads.get(load)?.finish() ?? null;
  loads.delete(load);
  // One that never opened, or was closed meanwhile, has no use for them.
  const snapshot = await snapshots.get(key)?.catch(() => undefined);
  if (snapshot !== undefined) snapshot.vectors = vectors;
}

async function call({ id, key, method, args }: Extract<ToReader, { type: 'call' }>): Promise<unknown> {
  const controller = new AbortController();
  running.set(id, controller);
  try {
    const snapshot = await snapshots.get(key);
    if (snapshot === undefined) throw new Error(`The snapshot of ${method} is not open.`);
    const calls: Record<string, (...args: never[]) => unknown> = createCalls(snapshot, controller.signal);
    return await calls[method]?.(...(args as never[]));
  } finally {
    running.delete(id);
  }
}

async function close(key: string): Promise<void> {
  queues.get(key)?.fail(new Error('closed'));
  queues.delete(key);
  const snapshot = snapshots.get(key);
  snapshots.delete(key);
  // One that never opened has nothing to close.
  const opened = await snapshot?.catch(() => undefined);
  await opened?.codebase.close();
}

async function answer(id: number, work: Promise<unknown>): Promise<void> {
  parentPort?.postMessage(
    await work.then(
      (value): FromReader => ({ type: 'done', id, value }),
      (error: unknown) => toFailed(id, error),
    ),
  );
}

function toFailed(id: number, error: unknown): FromReader {
  const refusal = error instanceof SearchError || error instanceof CheckoutError ? error.message : null;
  return {
    type: 'failed',
    id,
    refusal,
    stack: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}
