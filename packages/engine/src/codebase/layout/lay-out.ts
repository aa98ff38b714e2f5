import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { LayoutInput, Point } from '#codebase/layout/place-nodes.ts';

/** Places nodes in a thread of its own. Rejects when the signal aborts. */
export async function layOut(input: LayoutInput, signal: AbortSignal): Promise<readonly Point[]> {
  if (input.groups.length === 0) return [];
  signal.throwIfAborted();
  const worker = new Worker(new URL('./layout-worker.ts', import.meta.url), { workerData: input, execArgv: [] });
  try {
    // `once` rejects when the worker fails.
    const [points] = await once(worker, 'message', { signal });
    return points;
  } finally {
    await worker.terminate();
  }
}
