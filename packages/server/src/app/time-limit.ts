/** Calls `end` when so many minutes of work are over. What a person takes to answer does not count. */
export function createTimeLimit(minutes: number, end: () => void) {
  let leftMs = minutes * 60_000;
  let since = performance.now();
  let timer = setTimeout(end, leftMs);
  let isOver = false;
  return {
    /** Waits for a person. One question is open at a time. */
    async pausedFor<T>(answer: () => Promise<T>): Promise<T> {
      clearTimeout(timer);
      leftMs -= performance.now() - since;
      try {
        return await answer();
      } finally {
        since = performance.now();
        if (!isOver) timer = setTimeout(end, Math.max(0, leftMs));
      }
    },
    [Symbol.dispose](): void {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
