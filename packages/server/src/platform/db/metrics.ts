import type { Database } from './database.ts';

export interface DatabaseMetrics {
  readonly pool: { readonly maximum: number; readonly open: number; readonly inUse: number; readonly waiting: number };
  /** Bytes on disk, indexes included. */
  readonly sizeBytes: number;
  /** Rows as the planner estimates them, and bytes; largest first, at most 50. */
  readonly tables: readonly { readonly name: string; readonly rows: number; readonly bytes: number }[];
}

/** Measures the database in one quick query: estimates, no counting. */
export async function readDatabaseMetrics(database: Pick<Database, 'pool'>): Promise<DatabaseMetrics> {
  const { pool } = database;
  const { rows } = await pool.query<{ size: string; name: string; rows: number; bytes: string }>(
    `select pg_database_size(current_database()) as size, relname as name,
       greatest(reltuples, 0)::float8 as rows, pg_total_relation_size(oid) as bytes
     from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
     order by pg_total_relation_size(oid) desc limit 50`,
  );
  return {
    pool: {
      maximum: pool.options.max,
      open: pool.totalCount,
      inUse: pool.totalCount - pool.idleCount,
      waiting: pool.waitingCount,
    },
    sizeBytes: Number(rows[0]?.size ?? 0),
    tables: rows.map(({ name, rows: estimate, bytes }) => ({ name, rows: estimate, bytes: Number(bytes) })),
  };
}
