import type { Config } from '#platform/config/index.ts';
import { createLog } from '#platform/log/index.ts';
import type { App, AppOverrides } from './create-app.ts';
import { databaseOptions } from './database-options.ts';
import { withFastDrizzle } from './resolve-drizzle.ts';

/**
 * Builds Yudai as fast as it goes: the embedded database opens in its own thread while this one loads the rest of the code. Throws
 * `AppError` in words when the data directory is in use or the database cannot be opened.
 */
export async function openApp(config: Config, overrides: AppOverrides = {}): Promise<App> {
  const log = overrides.log ?? (await createLog(config.log));
  if (overrides.database !== undefined)
    return (await import('./create-app.ts')).createApp(config, { ...overrides, log });
  const [database, { createApp }] = await withFastDrizzle(async () => {
    const { openDatabase } = await import('#platform/db/index.ts');
    return Promise.all([openDatabase(databaseOptions(config, log)), import('./create-app.ts')]);
  });
  return createApp(config, { ...overrides, log, database });
}
