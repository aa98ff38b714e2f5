import { type Database, readDatabaseMetrics } from '#platform/db/index.ts';
import type { Jobs } from '#platform/jobs/index.ts';
import type { Telemetry } from '#platform/telemetry/index.ts';

/** Numbers that are read from running parts whenever somebody asks for the metrics. */
export function observe(parts: {
  readonly telemetry: Telemetry;
  readonly database: Database;
  readonly jobs: Jobs;
}): void {
  const { telemetry, database, jobs } = parts;
  telemetry.gauge('yudai_database_connections', 'Connections of the pool, and callers that wait for one', () => {
    const { totalCount, idleCount, waitingCount } = database.pool;
    return { open: totalCount, idle: idleCount, waiting: waitingCount };
  });
  telemetry.gauge(
    'yudai_database_bytes',
    'Size of the database, and of its largest tables, indexes included',
    async () => {
      const { sizeBytes, tables } = await readDatabaseMetrics(database);
      return { all: sizeBytes, ...Object.fromEntries(tables.slice(0, 10).map(({ name, bytes }) => [name, bytes])) };
    },
  );
  telemetry.gauge('yudai_jobs', 'Jobs of everybody by status', () => jobs.totals());
}
