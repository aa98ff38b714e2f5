import { scrubSecrets } from '#platform/log/index.ts';

/** Writes the newest progress at most ten times a second, and never one that goes back. */
export interface ProgressReporter {
  report(percent: number, message?: string): void;
  /** Writes what is still unwritten and waits until it is. */
  flush(): Promise<void>;
  /** Forgets what is unwritten: the run is over. */
  stop(): void;
}

export interface Progress {
  readonly percent: number;
  readonly message: string | null;
}

const pauseMs = 100;

/** `write` gets whole percents from 0 to 100, one call at a time; what it throws goes to `failed`. */
export function createProgressReporter(
  start: Progress,
  write: (progress: Progress) => Promise<void>,
  failed: (error: unknown) => void,
): ProgressReporter {
  let current = start;
  let written = start;
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();
  let stopped = false;

  function push(): Promise<void> {
    writing = writing.then(writeNewest);
    return writing;
  }

  async function writeNewest(): Promise<void> {
    if (stopped || (current.percent === written.percent && current.message === written.message)) return;
    written = current;
    try {
      await write(current);
    } catch (error) {
      failed(error);
    }
  }

  return {
    report(percent, message) {
      const whole = Math.min(100, Math.max(0, Math.floor(Number.isFinite(percent) ? percent : 0)));
      const words = message === undefined ? current.message : scrubSecrets(message);
      current = { percent: Math.max(current.percent, whole), message: words };
      if (stopped) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        void push();
      }, pauseMs);
    },
    async flush() {
      clearTimeout(timer);
      timer = undefined;
      await push();
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
