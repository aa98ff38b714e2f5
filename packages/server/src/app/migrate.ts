import type { Config } from '#platform/config/index.ts';
import { createLog } from '#platform/log/index.ts';
import { databaseOptions } from './database-options.ts';

/** Brings the database to this version and closes it again. Returns what to tell the person. */
export async function migrate(config: Config): Promise<string> {
  const { openDatabase } = await import('#platform/db/index.ts');
  const log = await createLog(config.log);
  const database = await openDatabase(databaseOptions(config, log));
  await database.close();
  return `The ${database.kind} database is at this version.`;
}
