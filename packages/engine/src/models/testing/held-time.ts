import type { Time } from '../time.ts';

/** Time that stands still until a test moves it. `waits` are those of now, in milliseconds. */
export interface HeldTime extends Time {
  readonly pass: (ms: number) => void;
  /** Every pause that was ended by moving on, in order. */
  readonly slept: number[];
  /** Resolves once somebody waits for exactly this long. */
  readonly waitedFor: (ms: number) => Promise<void>;
}

export function holdTime(start = Date.parse('2026-11-21T12:00:00Z')): HeldTime {
  let now = start;
  const waits = new Set<{ readonly ms: number; readonly until: number; readonly wake: () => void }>();
  const watchers = new Set<() => void>();
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    wait: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(new DOMException('aborted', 'AbortError'));
        const wait = { ms, until: now + ms, wake: () => (waits.delete(wait), slept.push(ms), resolve()) };
        waits.add(wait);
        signal.addEventListener('abort', () => {
          waits.delete(wait);
          reject(new DOMException('aborted', 'AbortError'));
        });
        for (const look of watchers) look();
      }),
    pass(ms) {
      now += ms;
      for (const wait of waits) if (wait.until <= now) wait.wake();
    },
    waitedFor: (ms) =>
      new Promise((resolve) => {
        const look = () => {
          if (![...waits].some((wait) => wait.ms === ms)) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
  };
}

/** Time in which every pause before another try (1 s to 60 s) is over at once, and nothing else ever is. */
export function hurriedTime(start = Date.parse('2026-11-21T12:00:00Z')): HeldTime {
  const held = holdTime(start);
  return {
    ...held,
    async wait(ms, signal) {
      if (ms < 1_000 || ms > 60_000) return await held.wait(ms, signal);
      held.slept.push(ms);
      held.pass(ms);
    },
  };
}
