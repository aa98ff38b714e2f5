import type { Logger } from 'pino';
import { AppError } from '#kernel/app-error.ts';

export interface Waiting {
  readonly log: Logger;
  /** Aborted when the node is gone. */
  readonly closed: AbortSignal;
}

/** Repeats a transaction while the database is away, until this node is gone. Other errors are thrown. */
export async function persistently<T>({ log, closed }: Waiting, transaction: () => Promise<T>): Promise<T> {
  for (let pauseMs = 100; ; pauseMs = Math.min(5000, pauseMs * 2)) {
    try {
      return await transaction();
    } catch (error) {
      if (closed.aborted) return await neverEnd();
      if (!(error instanceof AppError) || (error.code !== 'unavailable' && error.code !== 'insufficient_storage'))
        throw error;
      log.warn({ error }, 'the database is away; a job waits for it');
      await new Promise((resolve) => {
        setTimeout(resolve, pauseMs);
      });
    }
  }
}

/** The journal keeps a job that does not end, and another run goes on with it. */
export function neverEnd(): Promise<never> {
  return new Promise<never>(() => undefined);
}
