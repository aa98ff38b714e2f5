import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { AppError } from '#kernel/app-error.ts';
import type { DatabaseLog } from './database-log.ts';
import type { DatabaseParts } from './database.ts';
import { type DirectoryLock, lockDirectory } from './directory-lock.ts';
import { Engine } from './embedded/engine.ts';
import { EngineHost } from './embedded/engine-host.ts';
import { clientOptions, poolOptions, type PoolSizes, timeouts } from './pool-options.ts';

export interface OpenEmbeddedOptions {
  readonly dataDir: string;
  readonly poolSizes: PoolSizes;
  readonly log: DatabaseLog;
  readonly onStage: (stage: 'creating' | 'opening') => void;
}

/**
 * Takes the data directory and opens the database in it, in a thread of this process. Making it the first time takes 4 to 12 seconds,
 * opening it later half a second.
 */
export async function openEmbedded(options: OpenEmbeddedOptions): Promise<DatabaseParts> {
  const lock = await lockDirectory(options.dataDir);
  const directory = join(options.dataDir, 'database');
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const exists = existsSync(join(directory, 'PG_VERSION'));
    options.onStage(exists ? 'opening' : 'creating');
    if (!exists) await create(directory);
    const host = new EngineHost({
      directory,
      statementTimeoutMs: timeouts.embeddedStatementMs,
      idleInTransactionMs: timeouts.idleInTransactionMs,
      onStopped: (error) => options.log.error({ error: error.message }, 'the embedded database stopped'),
    });
    await host.open().catch((error: unknown) => refuse(directory, error));
    return embeddedParts(host, options, lock);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** In a thread of its own, which takes with it the 300 MB that this needs. */
async function create(directory: string): Promise<void> {
  const engine = await Engine.open({ directory }, () => undefined).catch((error: unknown) => refuse(directory, error));
  await engine.close();
}

function refuse(directory: string, error: unknown): never {
  const message = `The database in ${directory} cannot be opened. ${adviceOf(error)}`;
  throw new AppError('unavailable', message, { cause: error });
}

/** A pool over a running engine. */
export function embeddedParts(
  host: EngineHost,
  options: { readonly poolSizes: PoolSizes; readonly log: DatabaseLog },
  lock: DirectoryLock | null,
): DatabaseParts {
  const stream = () => host.connect();
  return {
    kind: 'embedded',
    pool: new pg.Pool({ ...poolOptions(options.poolSizes), stream }),
    lock,
    log: options.log,
    newClient: () => new pg.Client({ ...clientOptions, stream }),
    onClose: async () => {
      await host.close();
      await lock?.release();
    },
  };
}

function adviceOf(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  if (/ENOSPC|No space left/.test(words)) return 'The disk is full: free some space, then start again.';
  if (/EACCES|EPERM|EROFS/.test(words))
    return 'This user may not write there: change the owner, or choose another directory with --data.';
  return `Its files may be damaged: restore a backup, or move the directory away to begin anew. (${words})`;
}
