import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { factsVersion, type FactsPack } from '#codebase/facts.ts';
import { packFacts } from '#codebase/pack-facts.ts';
import { type BlobTask, skippedFacts } from '#codebase/workers/extract-facts.ts';
import type { BatchRequest, WorkerAnswer } from '#codebase/workers/messages.ts';

export interface ExtractOptions {
  readonly gitDir: string;
  readonly workers: number;
  readonly signal: AbortSignal;
  /** A worker that says nothing for so long is taken for dead. */
  readonly silenceMs?: number;
  readonly onPath?: (path: string) => void;
  readonly onWarning?: (message: string) => void;
  /**
   * Called with the facts of each finished batch and the number of its blobs, some of which may have no facts because they could not be
   * read; the worker waits until this resolves, so memory stays bounded.
   */
  readonly onPack: (pack: FactsPack, blobs: number) => Promise<void>;
  /** The worker's script; only tests give another. */
  readonly script?: URL;
}

const defaultScript = new URL('./extract-worker.mjs', import.meta.url);
const defaultSilenceMs = 60_000;

/**
 * Extracts the batches in processes of their own, because a text can bring a native parser down and its process with it. A batch whose
 * worker dies is read again with the careful parsers, then blob by blob, and a blob that kills its worker even so is `unreadable`. Rejects
 * with the signal's reason at once when it aborts, and when workers cannot start or load a grammar, so that a broken installation marks no
 * file; no process is left behind.
 */
export async function extractBatches(
  batches: readonly (readonly BlobTask[])[],
  options: ExtractOptions,
): Promise<void> {
  options.signal.throwIfAborted();
  const waiting: BatchRequest[] = batches.map((tasks) => ({ tasks, isCareful: false }));
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
async function runLane(waiting: BatchRequest[], options: ExtractOptions, signal: AbortSignal): Promise<void> {
  let worker: ExtractWorker | null = null;
  try {
    for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
      worker ??= startWorker(options);
      const pack = await worker.extract(batch, signal);
      if (pack === null) {
        await worker.stop();
        worker = null;
      }
      const again = pack === null ? gentlerThan(batch) : [];
      waiting.unshift(...again);
      if (pack !== null) await options.onPack(pack, batch.tasks.length);
      else if (again.length === 0)
        await options.onPack(
          packFacts(batch.tasks.map((task) => skippedFacts(task, 0, 'unreadable'))),
          batch.tasks.length,
        );
    }
  } finally {
    await worker?.stop();
  }
}

/** What to try instead of a batch that killed its worker; nothing when all was tried. */
function gentlerThan({ tasks, isCareful }: BatchRequest): BatchRequest[] {
  if (!isCareful) return [{ tasks, isCareful: true }];
  return tasks.length > 1 ? tasks.map((task) => ({ tasks: [task], isCareful })) : [];
}

interface ExtractWorker {
  /** Null when the worker died or failed over the batch. */
  extract(batch: BatchRequest, signal: AbortSignal): Promise<FactsPack | null>;
  stop(): Promise<void>;
}

function startWorker(options: ExtractOptions): ExtractWorker {
  const child = startProcess(options);
  let isReady = false;
  let isDead = false;
  let isBusy = false;
  let onEnd = () => {};
  const complaint = keepEnd(child);
  child.once('message', () => (isReady = true));
  // An exit follows, or it never started; without a listener the error would be thrown here.
  const end = () => {
    isDead = true;
    onEnd();
  };
  child.on('error', end);
  child.on('exit', end);
  return {
    extract: (batch, signal) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => settle(() => resolve(null)), options.silenceMs ?? defaultSilenceMs);
        const settle = (how: () => void, busy = true) => {
          isBusy = busy;
          clearTimeout(timer);
          signal.removeEventListener('abort', onAbort);
          child.removeListener('message', onMessage);
          onEnd = () => {};
          how();
        };
        const onAbort = () => settle(() => reject(signal.reason));
        // Boundary: both sides of these messages are ours.
        const onMessage = (message: unknown) => {
          const answer = message as WorkerAnswer;
          timer.refresh();
          if (answer.type === 'ready') return;
          if (answer.type === 'progress') return options.onPath?.(answer.path);
          if (answer.type === 'warning') return options.onWarning?.(answer.message);
          if (answer.type === 'pack')
            return settle(() => resolve({ version: factsVersion, keys: answer.keys, bytes: answer.bytes }), false);
          settle(() => (answer.isBroken ? reject(new Error(answer.message)) : resolve(null)));
        };
        onEnd = () =>
          settle(() =>
            isReady ? resolve(null) : reject(new Error('The index worker cannot start.', { cause: complaint() })),
          );
        if (signal.aborted) return onAbort();
        if (isDead) return onEnd();
        signal.addEventListener('abort', onAbort);
        child.on('message', onMessage);
        isBusy = true;
        // It may have died meanwhile; its exit tells.
        child.send(batch, () => {});
      }),
    async stop() {
      if (isDead) return;
      // One that has nothing to do ends by itself and keeps its compiled code; any other may never listen again.
      if (isBusy) child.kill('SIGKILL');
      else child.disconnect();
      await once(child, 'exit');
    },
  };
}

function startProcess({ script, gitDir }: ExtractOptions): ChildProcess {
  return fork(fileURLToPath(script ?? defaultScript), [gitDir], {
    // Flags of this process, such as `--eval`, are not for it.
    execArgv: ['--max-old-space-size=1024', '--max-semi-space-size=16'],
    // Bytes travel as bytes.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

/** The end of what a process says before it dies. */
function keepEnd({ stderr }: ChildProcess): () => string {
  let text = '';
  stderr?.setEncoding('utf8').on('data', (part: string) => (text = `${text}${part}`.slice(-2_000)));
  return () => text.trim();
}
