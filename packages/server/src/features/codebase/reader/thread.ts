import { Worker } from 'node:worker_threads';
import type { FactsPack, VectorBatch } from '@yudai/engine/codebase';
import { AppError } from '#kernel/app-error.ts';
import type { ReaderCalls } from './calls.ts';
import type { Answer, FromReader, Method, OpenRequest, ToReader } from './protocol.ts';

/** The one thread that holds open snapshots. Starts when first needed and again after it died; unasked for a while it ends. */
export interface ReaderThread {
  open(request: OpenRequest, packs: AsyncIterable<FactsPack>): Promise<void>;
  /** Replaces the vectors of an open snapshot. What is called afterwards finds them. */
  bringVectors(key: string, batches: AsyncIterable<VectorBatch>): Promise<void>;
  call<M extends Method>(
    key: string,
    method: M,
    args: Parameters<ReaderCalls[M]>,
    signal: AbortSignal,
  ): Promise<Answer<M>>;
  close(key: string): void;
  /** Everything that was open is gone with a thread that died or ended. */
  onRestart(handler: () => void): void;
  stop(): Promise<void>;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** Long enough to read what was answered; then its 60 MB and more are given back, for a second of opening. */
const standardIdleMs = 10 * 60_000;

export function createReaderThread(onDefect: (stack: string) => void, idleMs = standardIdleMs): ReaderThread {
  const pending = new Map<number, Pending>();
  const restartHandlers: (() => void)[] = [];
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let lastId = 0;

  function start(): Worker {
    const started = new Worker(new URL('./reader-worker.mjs', import.meta.url), { name: 'codebase-reader' });
    started.on('message', (message: FromReader) => settle(message));
    started.on('error', (error) => onDefect(error.stack ?? error.message));
    started.on('exit', () => {
      if (worker !== started) return;
      forget();
      const lost = new AppError('unavailable', 'The code reader stopped and is starting again. Ask once more.');
      for (const [id, { reject }] of pending) {
        pending.delete(id);
        reject(lost);
      }
    });
    // The thread must not keep a process alive that has nothing else to do.
    started.unref();
    return started;
  }

  function forget(): void {
    worker = undefined;
    clearTimeout(idle);
    for (const handler of restartHandlers) handler();
  }

  /** Counts anew from what was last asked or answered. */
  function endWhenIdle(): void {
    clearTimeout(idle);
    idle = setTimeout(() => {
      if (pending.size > 0) return endWhenIdle();
      const unasked = worker;
      forget();
      void unasked?.terminate();
    }, idleMs).unref();
  }

  function settle(message: FromReader): void {
    const waiting = pending.get(message.id);
    pending.delete(message.id);
    endWhenIdle();
    if (waiting === undefined) return;
    if (message.type === 'done') waiting.resolve(message.value);
    else if (message.refusal !== null) waiting.reject(new AppError('invalid_input', message.refusal));
    else {
      const error = new Error('The code reader failed.');
      error.stack = message.stack;
      waiting.reject(error);
    }
  }

  function send(message: ToReader, transfer: ArrayBuffer[] = []): void {
    endWhenIdle();
    worker ??= start();
    worker.postMessage(message, transfer);
  }

  function answerTo(id: number): Promise<unknown> {
    return new Promise((resolve, reject) => pending.set(id, { resolve, reject }));
  }

  return {
    async open(request, packs) {
      const id = (lastId += 1);
      send({ type: 'open', id, request });
      const answer = answerTo(id);
      // Rejected with the thread while packs are still being read: handled where it is awaited, below.
      answer.catch(() => {});
      try {
        for await (const pack of packs) {
          const bytes = new Uint8Array(pack.bytes);
          send({ type: 'pack', key: request.key, pack: { ...pack, bytes } }, [bytes.buffer]);
        }
      } catch (error) {
        send({ type: 'close', key: request.key });
        throw error;
      }
      send({ type: 'loaded', key: request.key });
      await answer;
    },
    async bringVectors(key, batches) {
      const load = (lastId += 1);
      try {
        for await (const batch of batches) send({ type: 'vectors', load, batch }, [batch.values.buffer]);
      } catch (error) {
        send({ type: 'vectorsFailed', load });
        throw error;
      }
      send({ type: 'vectorsLoaded', load, key });
    },
    // The thread answers what its table of calls returns, which is what this type says.
    call: (key, method, args, signal) => callMethod(key, method, args, signal) as Promise<never>,
    close: (key) => {
      if (worker !== undefined) send({ type: 'close', key });
    },
    onRestart: (handler) => void restartHandlers.push(handler),
    stop: async () => {
      clearTimeout(idle);
      await worker?.terminate();
    },
  };

  async function callMethod(
    key: string,
    method: Method,
    args: readonly unknown[],
    signal: AbortSignal,
  ): Promise<unknown> {
    signal.throwIfAborted();
    const id = (lastId += 1);
    const cancel = (): void => {
      send({ type: 'cancel', id });
      settleAborted(id, signal);
    };
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const answer = answerTo(id);
      send({ type: 'call', id, key, method, args });
      return await answer;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  function settleAborted(id: number, signal: AbortSignal): void {
    const waiting = pending.get(id);
    pending.delete(id);
    waiting?.reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
  }
}
