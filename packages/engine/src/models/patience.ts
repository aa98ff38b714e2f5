import { StallError } from './model-error.ts';
import type { Patience } from './settings.ts';
import type { Time } from './time.ts';

/** Waits for one request, but not for ever. */
export interface Watch {
  /** Aborts when the caller does, or when the model was silent for too long. */
  readonly signal: AbortSignal;
  /** Waits for the next sign of life. Rejects with `StallError` when none comes in time. */
  within<T>(work: PromiseLike<T>, limitMs: number): Promise<T>;
  /** Ends the request. */
  end(): void;
}

export function watch(time: Time, patience: Patience, caller: AbortSignal | undefined): Watch {
  const ending = new AbortController();
  const signal = caller === undefined ? ending.signal : AbortSignal.any([caller, ending.signal]);
  const deadline = time.now() + patience.wholeMs;

  async function within<T>(work: PromiseLike<T>, limitMs: number): Promise<T> {
    signal.throwIfAborted();
    const timer = new AbortController();
    const limit = Math.max(0, Math.min(limitMs, deadline - time.now()));
    const stalled = time.wait(limit, timer.signal).then(() => {
      throw new StallError(`No sign of life for ${limit} ms.`);
    });
    const gone = new Promise<never>((_, reject) => {
      const leave = () => reject(asError(signal.reason));
      signal.addEventListener('abort', leave, { once: true, signal: timer.signal });
    });
    try {
      return await Promise.race([work, stalled, gone]);
    } catch (error) {
      if (error instanceof StallError) ending.abort(error);
      throw error;
    } finally {
      // The losers of the race end here; nobody listens to them any more.
      stalled.catch(() => undefined);
      gone.catch(() => undefined);
      Promise.resolve(work).catch(() => undefined);
      timer.abort();
    }
  }

  return { signal, within, end: () => ending.abort() };
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new DOMException('The call was aborted.', 'AbortError');
}
