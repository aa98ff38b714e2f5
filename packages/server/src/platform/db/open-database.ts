import type { DatabaseLog } from './database-log.ts';
import { createDatabase, type Database, type DatabaseParts } from './database.ts';
import { translateDatabaseError } from './errors.ts';
import { migrate, readMigrations } from './migrate.ts';
import { openEmbedded } from './open-embedded.ts';
import { openServer } from './open-server.ts';
import { type PoolSizes, poolSizes } from './pool-options.ts';

/** What opening is doing, for a person who waits: `creating` happens once and takes 4 to 12 seconds. */
export type OpeningStage = 'creating' | 'opening' | 'migrating' | 'ready';

export type OpenDatabaseOptions = {
  readonly poolSizes?: PoolSizes;
  readonly log: DatabaseLog;
  readonly onStage?: (stage: OpeningStage) => void;
} & (
  | {
      /** A data directory: the embedded database lives in it, with a lock that keeps a second process out. */
      readonly dataDir: string;
      readonly url?: undefined;
    }
  | {
      /** A Postgres server, 15 or newer, with pgvector: `postgres://user:password@host/database`. */
      readonly url: string;
      readonly dataDir?: string;
    }
);

/**
 * Opens the database and brings it to this version. Throws `conflict` when another process has the data directory or the database is
 * newer than this version; `unavailable` when it cannot be opened, does not answer or lacks what Yudai needs.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Database> {
  const { log, onStage = () => undefined } = options;
  const settings = { poolSizes: options.poolSizes ?? poolSizes.development, log, onStage };
  try {
    const parts =
      options.url === undefined
        ? await openEmbedded({ ...settings, dataDir: options.dataDir })
        : await openServer(options.url, settings);
    const database = createDatabase(parts);
    try {
      onStage('migrating');
      await bringUpToDate(parts);
    } catch (error) {
      await database.close();
      throw error;
    }
    onStage('ready');
    return database;
  } catch (error) {
    throw translateDatabaseError(error);
  }
}

/** Runs the missing migrations on a connection of its own, which has no limit on how long a statement may take. */
export async function bringUpToDate(parts: Pick<DatabaseParts, 'newClient' | 'log'>): Promise<void> {
  const client = parts.newClient();
  await client.connect();
  try {
    const startedAt = performance.now();
    const ran = await migrate(client, await readMigrations());
    const ms = Math.round(performance.now() - startedAt);
    if (ran.length > 0) parts.log.info({ migrations: ran, ms }, 'database migrated');
  } finally {
    await client.end();
  }
}
