import type { FactsPack } from '@yudai/engine/codebase';

/** Packs as they arrive from another thread, for one reader. */
export interface PackQueue extends AsyncIterable<FactsPack> {
  push(pack: FactsPack): void;
  end(): void;
  fail(error: Error): void;
}

export function createPackQueue(): PackQueue {
  const { readable, writable } = new TransformStream<FactsPack, FactsPack>(
    {},
    new CountQueuingStrategy({ highWaterMark: Infinity }),
  );
  const writer = writable.getWriter();
  // What goes wrong is thrown to the reader; here there is nobody to tell.
  const ignore = (): void => {};
  return {
    push: (pack) => void writer.write(pack).catch(ignore),
    end: () => void writer.close().catch(ignore),
    fail: (error) => void writer.abort(error).catch(ignore),
    [Symbol.asyncIterator]: () => readable[Symbol.asyncIterator](),
  };
}
