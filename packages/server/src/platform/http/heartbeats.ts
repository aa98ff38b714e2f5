import { setTimeout as sleep } from 'node:timers/promises';

export const heartbeat: unique symbol = Symbol('heartbeat');

/** The same values, with a heartbeat whenever nothing came for `everyMs`. Ends with its source, and throws what it throws. */
export async function* withHeartbeats<T>(
  source: AsyncIterable<T>,
  everyMs: number,
): AsyncGenerator<T | typeof heartbeat, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    let next = iterator.next();
    for (;;) {
      const result = await withinOrBeat(next, everyMs);
      if (result === heartbeat) {
        yield heartbeat;
      } else {
        if (result.done === true) return;
        yield result.value;
        next = iterator.next();
      }
    }
  } finally {
    // Not awaited: a source that waits for its next value only returns after it, or when its own signal aborts.
    iterator.return?.()?.catch(() => undefined);
  }
}

async function withinOrBeat<T>(
  next: Promise<IteratorResult<T, unknown>>,
  everyMs: number,
): Promise<IteratorResult<T, unknown> | typeof heartbeat> {
  const answered = new AbortController();
  const beat: Promise<typeof heartbeat> = sleep(everyMs, undefined, { signal: answered.signal, ref: false }).then(
    () => heartbeat,
    () => heartbeat,
  );
  try {
    return await Promise.race([next, beat]);
  } finally {
    answered.abort();
  }
}
