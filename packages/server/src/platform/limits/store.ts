import type pg from 'pg';
import { translateDatabaseError } from '#platform/db/index.ts';

/** What is taken out of one bucket, measured in the time in which that much flows back in. */
export interface Charge {
  readonly key: string;
  readonly priceUs: number;
  /** What a full bucket holds. */
  readonly roomUs: number;
}

/** Takes all charges or none; resolves to the microseconds until they could be taken, 0 when they were. */
export async function chargeBuckets(
  pool: pg.Pool,
  charges: readonly Charge[],
  back: readonly Charge[],
  moment: number | null,
): Promise<number> {
  const row = await one<{ wait: string }>(
    pool,
    'select yudai_charge($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint) as wait',
    [
      charges.map((it) => it.key),
      charges.map((it) => it.priceUs),
      charges.map((it) => it.roomUs),
      back.map((it) => it.key),
      back.map((it) => it.priceUs),
      moment,
    ],
  );
  return Number(row?.wait ?? 0);
}

/** Deletes the buckets that have been full for an hour; one that is not there is full. */
export async function pruneBuckets(pool: pg.Pool, moment: number | null): Promise<number> {
  const row = await one<{ count: number }>(
    pool,
    `with gone as (delete from rate_buckets
       where full_at < coalesce($1::bigint, (extract(epoch from clock_timestamp()) * 1000000)::bigint) - 3600000000 returning 1)
     select count(*)::int as count from gone`,
    [moment],
  );
  return row?.count ?? 0;
}

/** One statement is one transaction: no round trip more than it takes. There are no tenant rows here that a role would keep apart. */
async function one<T extends pg.QueryResultRow>(
  pool: pg.Pool,
  text: string,
  values: unknown[],
): Promise<T | undefined> {
  try {
    return (await pool.query<T>(text, values)).rows[0];
  } catch (error) {
    throw translateDatabaseError(error);
  }
}
