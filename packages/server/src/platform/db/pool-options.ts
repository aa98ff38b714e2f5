import type pg from 'pg';

/** How many connections a process may hold: `base` are kept open, `overflow` more come under load and go when idle. */
export interface PoolSizes {
  readonly base: number;
  readonly overflow: number;
  /** A query that runs longer is cancelled; 30 seconds unless told. */
  readonly statementMs?: number;
}

export const poolSizes = {
  production: { base: 10, overflow: 20 },
  development: { base: 5, overflow: 10 },
} as const satisfies Record<string, PoolSizes>;

export const timeouts = {
  /** A query that runs longer is cancelled. */
  statementMs: 30_000,
  /** The embedded engine cannot cancel a query, only be ended and opened again: so only what would hang for ever is stopped. */
  embeddedStatementMs: 300_000,
  /** A transaction that its client leaves alone for longer is rolled back. */
  idleInTransactionMs: 60_000,
  /** How long a caller waits for a free connection, or a connection for its server. */
  connectMs: 30_000,
} as const;

/** Settings of every pool of ours; the caller adds where to connect. */
export function poolOptions(sizes: PoolSizes): pg.PoolConfig {
  return {
    ...clientOptions,
    min: sizes.base,
    max: sizes.base + sizes.overflow,
    idleTimeoutMillis: 30_000,
    // Recycled, so that a server behind a load balancer gets its share back after a failover.
    maxLifetimeSeconds: 1_800,
    statement_timeout: sizes.statementMs ?? timeouts.statementMs,
    idle_in_transaction_session_timeout: timeouts.idleInTransactionMs,
    allowExitOnIdle: false,
  };
}

/** Settings of a single connection, without limits on how long a statement may take. */
export const clientOptions = {
  application_name: 'yudai',
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  connectionTimeoutMillis: timeouts.connectMs,
} as const satisfies pg.ClientConfig;
