import { statfs } from 'node:fs/promises';
import type { Dependency } from '#features/system/index.ts';
import type { Config } from '#platform/config/index.ts';
import type { Database } from '#platform/db/index.ts';

const gigabyte = 1024 ** 3;

/** Everything that health looks at. */
export function dependenciesOf(parts: {
  readonly config: Config;
  readonly database: Database;
  /** How the running of jobs stands; rejects when it cannot. */
  readonly jobsState: () => Promise<string>;
  /** Whether GitHub answers; null where it is not set up. */
  readonly github: Dependency['probe'] | null;
  /** Whether models can be called; null where there are none. */
  readonly models: Dependency['probe'] | null;
}): Dependency[] {
  const { config, database, jobsState, github, models } = parts;
  return [
    {
      name: 'database',
      essential: true,
      probe: async () => {
        await database.pool.query('select 1');
        return `${database.kind} answers`;
      },
    },
    { name: 'jobs', essential: true, probe: jobsState },
    // Without it people read what was kept, so it makes no server unready.
    ...(github === null ? [] : [{ name: 'github', essential: false, probe: github }]),
    ...(models === null ? [] : [{ name: 'models', essential: false, probe: models }]),
    {
      name: 'disk',
      essential: false,
      probe: async () => {
        const free = await freeBytes(config.dataDir);
        if (free < 0.2 * gigabyte) throw new Error(`only ${free} bytes are free`);
        return `${(free / gigabyte).toFixed(1)} GB free`;
      },
    },
  ];
}

export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
