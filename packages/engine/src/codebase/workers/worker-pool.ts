import { Worker } from 'node:worker_threads';
import { factsVersion, type FactsPack } from '#codebase/facts.ts';
import { packFacts } from '#codebase/pack-facts.ts';
import { type BlobTask, skippedFacts } from '#codebase/workers/extract-facts.ts';
import type { BatchRequest, WorkerAnswer, WorkerSetup } from '#codebase/workers/messages.ts';

export interface ExtractOptions {
  readonly gitDir: string;
  readonly workers: number;
  readonly signal: AbortSignal;
  /** A worker that says nothing for so long is taken for dead. */
  readonly silenceMs?: number;
  readonly onPath?: (path: string) => void;
  /** Called with each finished pack; the worker that made it waits until this resolves, so memory stays bounded. */
  readonly onPack: (pack: FactsPack) => Promise<void>;
  /** The worker's script; only tests give another. */
  readonly script?: URL;
}

const defaultScript = new URL('./extract-worker.ts', import.meta.url);
const defaultSilenceMs = 60_000;

/**
 * Extracts the batches in worker threads. A batch whose worker dies is tried again blob by blob, and a blob that kills its worker is
 * `unreadable`. Rejects with the signal's reason at once when it aborts, and when workers cannot start or load a grammar, so that a broken
 * installation marks no file; no thread is left behind.
 */
export async function extractBatches(
  batches: readonly (readonly BlobTask[])[],
  options: ExtractOptions,
): Promise<void> {
  options.signal.throwIfAborted();
  const waiting = [...batches];
  const stopped = new AbortController();
  const signal = AbortSignal.any([options.signal, stopped.signal]);
  const lanes = Array.from({ length: Math.min(options.workers, batches.length) }, () =>
    runLane(waiting, options, signal),
  );
  try {
    await Promise.all(lanes);
  } finally {
    stopped.abort();
    await Promise.allSettled(lanes);
  }
}

/** One worker after another, as they die, until nothing waits. */
async function runLane(waiting: (readonly BlobTask[])[], options: ExtractOptions, signal: AbortSignal): Promise<void> {
  let thread: Thread | null = null;
  try {
    for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
      thread ??= startThread(options);
      const pack = await thread.extract(batch, signal);
      if (pack === null) {
        await thread.stop();
        thread = null;
      }
      if (pack === null && batch.length > 1) waiting.unshift(...batch.map((task) => [task]));
      else await options.onPack(pack ?? packFacts(batch.map((task) => skippedFacts(task, 0, 'unreadable'))));
    }
  } finally {
    await thread?.stop();
  }
}

interface Thread {
  /** Null when the worker died or failed over the batch. */
  extract(tasks: readonly BlobTask[], signal: AbortSignal): Promise<FactsPack | null>;
  stop(): Promise<void>;
}

function startThread(options: ExtractOptions): Thread {
  const setup: WorkerSetup = { gitDir: options.gitDir };
  const worker = new Worker(options.script ?? defaultScript, {
    workerData: setup,
    // Flags of the main thread, such as `--eval`, are not for it.
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 16 },
  });
  let isReady = false;
  let isDead = false;
  let cause: unknown;
  let onEnd = () => {};
  worker.once('message', () => (isReady = true));
  // Its exit follows; without a listener the error would be thrown here.
  worker.on('error', (error) => (cause = error));
  worker.on('exit', () => {
    isDead = true;
    onEnd();
  });
  return {
    extract: (tasks, signal) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => settle(() => resolve(null)), options.silenceMs ?? defaultSilenceMs);
        const settle = (how: () => void) => {
          clearTimeout(timer);
          signal.removeEventListener('abort', onAbort);
          worker.removeListener('message', onMessage);
          onEnd = () => {};
          how();
        };
        const onAbort = () => settle(() => reject(signal.reason));
        const onMessage = (answer: WorkerAnswer) => {
          timer.refresh();
          if (answer.type === 'ready') return;
          if (answer.type === 'progress') return options.onPath?.(answer.path);
          if (answer.type === 'pack')
            return settle(() => resolve({ version: factsVersion, keys: answer.keys, bytes: answer.bytes }));
          settle(() => (answer.isBroken ? reject(new Error(answer.message)) : resolve(null)));
        };
        onEnd = () =>
          settle(() => (isReady ? resolve(null) : reject(new Error('The index worker cannot start.', { cause }))));
        if (signal.aborted) return onAbort();
        if (isDead) return onEnd();
        signal.addEventListener('abort', onAbort);
        worker.on('message', onMessage);
        const request: BatchRequest = { tasks };
        worker.postMessage(request);
      }),
    async stop() {
      await worker.terminate();
    },
  };
}
