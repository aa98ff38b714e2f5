import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../scripts/test-postgres.mjs';

export interface BenchDatabase {
  readonly name: 'embedded' | 'postgres';
  readonly dataDir: string;
  /** Undefined for the embedded database, which lives in the data directory. */
  readonly url: string | undefined;
}

/**
 * Does the same work on a new embedded database and on a new native Postgres, one after the other; both are gone afterwards. A durable
 * Postgres waits for the disk at every commit, as people run it; without that it is quick to fill.
 */
export async function onBothDatabases(
  work: (database: BenchDatabase) => Promise<void>,
  only?: string,
  { durable = false } = {},
): Promise<void> {
  for (const name of ['embedded', 'postgres'] as const) {
    if (only !== undefined && only !== name) continue;
    const dataDir = mkdtempSync(join(tmpdir(), 'yudai-bench-'));
    const postgres = name === 'postgres' ? await startPostgres({ durable }) : undefined;
    try {
      await work({ name, dataDir, url: postgres?.url });
    } finally {
      await postgres?.stop();
      rmSync(dataDir, { recursive: true, force: true });
    }
  }
}
