import { DrizzleQueryError } from 'drizzle-orm/errors';
import pg from 'pg';
import { AppError } from '#kernel/app-error.ts';

/** A query that the database refused for a reason nobody can act on but us. Holds neither parameters nor rows. */
export class QueryDefect extends Error {
  override readonly name = 'QueryDefect';
  readonly code: string;
  readonly query: string | undefined;

  constructor(error: pg.DatabaseError, query: string | undefined) {
    super(`${error.code ?? 'unknown'}: ${error.message}`);
    this.code = error.code ?? 'unknown';
    this.query = query;
  }
}

/**
 * What a failed transaction becomes: an `AppError` for what a person can act on, without SQL, names of constraints or values; a
 * `QueryDefect` for our own mistakes; anything that is not of the database is returned unchanged.
 */
export function translateDatabaseError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  const cause = databaseCauseOf(error);
  if (cause instanceof pg.DatabaseError) {
    return appErrorOf(cause) ?? new QueryDefect(cause, error instanceof DrizzleQueryError ? error.query : undefined);
  }
  if (isConnectionFailure(cause)) return unavailable(cause);
  if (isFullDisk(cause)) return fullDisk(cause);
  // A query that failed before it reached the database, such as a parameter that cannot be serialised.
  return error instanceof DrizzleQueryError ? (error.cause ?? error) : error;
}

/** True when the same transaction may succeed if it is run again: it lost a race and left nothing behind. */
export function isRetryable(error: unknown): boolean {
  const cause = databaseCauseOf(error);
  return cause instanceof pg.DatabaseError && (cause.code === '40001' || cause.code === '40P01');
}

/** The driver's own error inside what drizzle or we have wrapped around it. */
function databaseCauseOf(error: unknown): unknown {
  let cause = error;
  while ((cause instanceof DrizzleQueryError || cause instanceof AppError) && cause.cause !== undefined)
    cause = cause.cause;
  return cause;
}

function appErrorOf(error: pg.DatabaseError): AppError | null {
  const code = error.code ?? '';
  if (code === '23505' || code === '23P01') return new AppError('conflict', 'This already exists.', { cause: error });
  if (code === '23503') {
    return new AppError('conflict', 'Something this refers to has been deleted, or is still in use.', { cause: error });
  }
  if (code === '40001' || code === '40P01' || code === '55P03') {
    return new AppError('conflict', 'Somebody changed this at the same moment. Try again.', { cause: error });
  }
  if (code === '42501') return new AppError('forbidden', 'You may not change this.', { cause: error });
  if (code === '57014') {
    return new AppError('timeout', 'The database took too long to answer. Ask for less, or try again.', {
      cause: error,
    });
  }
  if (code === '53100' || isFullDisk(error)) return fullDisk(error);
  // Connection trouble, too many connections, out of memory, shutting down, a read-only standby, idle in a transaction.
  if (/^(08|53|57P|25006|25P03)/.test(code)) return unavailable(error);
  return null;
}

function unavailable(cause: unknown): AppError {
  return new AppError('unavailable', 'The database does not answer. Try again in a moment.', { cause });
}

function fullDisk(cause: unknown): AppError {
  return new AppError('insufficient_storage', 'The disk of the database is full. Free some space, then try again.', {
    cause,
  });
}

const connectionCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'EAI_AGAIN',
  'ENOENT',
]);

/** node-postgres has no error class for these; its sentences are the only sign. */
const connectionWords =
  /Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|timeout expired|Client was closed|Cannot use a pool after calling end|embedded database (has stopped|is closed)/;

function isConnectionFailure(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return connectionWords.test(error.message) || ('code' in error && connectionCodes.has(String(error.code)));
}

function isFullDisk(error: unknown): boolean {
  return error instanceof Error && /No space left on device|ENOSPC/.test(error.message);
}
