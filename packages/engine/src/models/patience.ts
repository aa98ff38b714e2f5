import { StallError } from './model-error.ts';
import type { Patience } from './settings.ts';
import type { Time } from './time.ts';

/** Waits for one request, but not for ever. */
export interface Watch {
  /** Aborts when the caller does, or when the model was silent for too long; the request hangs on it. */
  readonly signal: AbortSignal;
  /** Waits for the next sign of life. Rejects with `StallError` when none comes in time, and with the caller's reason when they abort. */
  within<T>(work: PromiseLike<T>, limitMs: number): Promise<T>;
  /** Ends the request. */
  end(): void;
}

/**
 * One timer serves all waiting of a request, since a token comes every few milliseconds: it is set anew only for an earlier limit, and looks at
 * what holds by then when it fires. Between two calls of `within` the reader is the slow one, and no limit holds.
 */
export function watch(time: Time, patience: Patience, caller: AbortSignal | undefined): Watch {
  const ending = new AbortController();
  const signal = caller === undefined ? ending.signal : AbortSignal.any([caller, ending.signal]);
  const deadline = time.now() + patience.wholeMs;
  let limitAt = Infinity;
  let firesAt = Infinity;
  let timer = new AbortController();

  function set(): void {
    timer.abort();
    timer = new AbortController();
    firesAt = limitAt;
    if (limitAt === Infinity || signal.aborted) return;
    time.wait(Math.max(0, limitAt - time.now()), timer.signal).then(fire, () => undefined);
  }

  function fire(): void {
    if (time.now() < limitAt) set();
    else ending.abort(new StallError('There was no sign of life for too long.'));
  }

  return {
    signal,
    async within(work, limitMs) {
      signal.throwIfAborted();
      limitAt = Math.min(time.now() + limitMs, deadline);
      if (limitAt < firesAt) set();
      try {
        return await work;
      } catch (error) {
        signal.throwIfAborted();
        throw error;
      } finally {
        limitAt = Infinity;
      }
    },
    end() {
      timer.abort();
      ending.abort();
    },
  };
}
