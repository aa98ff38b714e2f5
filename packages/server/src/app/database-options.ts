import type { Config } from '#platform/config/index.ts';
import type { OpenDatabaseOptions } from '#platform/db/index.ts';
import type { Log } from '#platform/log/index.ts';

/** What the configuration says of the database: a server's when it names one, else the embedded one in the data directory. */
export function databaseOptions({ database, dataDir }: Config, log: Log): OpenDatabaseOptions {
  const poolSizes = {
    base: database.poolKept,
    overflow: database.poolMaximum - database.poolKept,
    statementMs: database.statementTimeoutMs,
  };
  const common = { log, poolSizes };
  return database.url === null ? { ...common, dataDir } : { ...common, url: database.url.reveal() };
}
