import type { Id } from '@yudai/contract';
import { AppError } from '#kernel/app-error.ts';
import type { Clock } from '#kernel/clock.ts';
import type { JobRow } from '#platform/jobs/store.ts';

/**
 * Why a run ends before its work does. `cancelled` and `deadline` end the job; after `lost` and `handed_back` another run goes
 * on with it, so this one must leave no outcome behind.
 */
export type StopReason = 'cancelled' | 'deadline' | 'lost' | 'handed_back';

/** One job in the memory of this node: running, or held until the queue lets it run. */
export interface Session {
  readonly id: Id<'job'>;
  readonly signal: AbortSignal;
  /** The row as of the last time this run came to hold it. */
  row(): JobRow;
  /** What proves to the database that this run holds the job. */
  token(): string;
  isRunning(): boolean;
  stopReason(): StopReason | undefined;
  /** Milliseconds left until the deadline. */
  remainingMs(): number;
  /** The queue lets it run, with a new token. */
  grant(row: JobRow): void;
  /** It must not go on before the next grant; its deadline stands still. */
  hold(): void;
  /** Resolves while it may run; rejects once it is stopped. */
  admitted(): Promise<void>;
  stop(reason: StopReason): void;
  /** The job is over: nothing is watched any more. */
  end(): void;
}

export function createSession(first: JobRow, clock: Clock): Session {
  const controller = new AbortController();
  let row = first;
  let reason: StopReason | undefined;
  let gate = first.status === 'running' ? undefined : openGate();
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;

  function watchDeadline(): void {
    clearTimeout(timer);
    if (row.deadlineAt === null || gate !== undefined || reason !== undefined || isOver) return;
    timer = setTimeout(() => session.stop('deadline'), Math.min(session.remainingMs(), longestTimer));
  }

  const session: Session = {
    id: first.id,
    signal: controller.signal,
    row: () => row,
    token: () => row.runToken ?? '',
    isRunning: () => gate === undefined,
    stopReason: () => reason,
    remainingMs: () =>
      row.deadlineAt === null ? row.remainingMs : Math.max(0, row.deadlineAt.getTime() - clock.now().getTime()),
    grant(granted) {
      row = granted;
      const opened = gate;
      gate = undefined;
      watchDeadline();
      opened?.resolve();
    },
    hold() {
      clearTimeout(timer);
      gate ??= openGate();
    },
    async admitted() {
      controller.signal.throwIfAborted();
      await gate?.promise;
    },
    stop(why) {
      if (reason !== undefined) return;
      reason = why;
      clearTimeout(timer);
      const error = errorOf(why);
      controller.abort(error);
      gate?.reject(error);
    },
    end() {
      isOver = true;
      clearTimeout(timer);
    },
  };
  watchDeadline();
  return session;
}

/** setTimeout fires at once for anything longer. */
const longestTimer = 2 ** 31 - 1;

/** What the work sees as the reason of its signal, and what a person reads when the job ends so. */
export function errorOf(reason: StopReason): AppError {
  switch (reason) {
    case 'cancelled':
      return new AppError('cancelled', 'This job was cancelled.');
    case 'deadline':
      return new AppError(
        'timeout',
        'This job took longer than it may and was stopped. Try again, or with a smaller task.',
      );
    case 'lost':
    case 'handed_back':
      return new AppError('unavailable', 'This job goes on elsewhere.');
  }
}

function openGate(): PromiseWithResolvers<void> {
  const gate = Promise.withResolvers<void>();
  // Nobody may be waiting when a held job is stopped.
  gate.promise.catch(() => undefined);
  return gate;
}
