import type { Logger } from 'pino';

/** Where the platform below the features writes what it decides. */
export type DatabaseLog = Pick<Logger, 'info' | 'warn' | 'error'>;
