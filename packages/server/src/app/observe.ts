import type { Database } from '#platform/db/index.ts';
import type { Telemetry } from '#platform/telemetry/index.ts';

/** Numbers that are read from running parts whenever somebody asks for the metrics. */
export function observe(telemetry: Telemetry, database: Database): void {
  telemetry.gauge('yudai_database_connections', 'Connections of the pool, and callers that wait for one', () => {
    const { totalCount, idleCount, waitingCount } = database.pool;
    return { open: totalCount, idle: idleCount, waiting: waitingCount };
  });
}
