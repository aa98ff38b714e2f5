import { sql } from 'drizzle-orm';
import type { Id } from '@yudai/contract';
import type { Db } from '#platform/db/index.ts';

const mostRows = 5000;

/**
 * The rows of every table that say whose they are, as this person: by `owner_id` or `user_id`, and of `users` their own. Columns of
 * secrets (hashes, sealed texts) and of bytes are left out. At most 5,000 rows a table, in no promised order.
 */
export async function exportTables(db: Db, userId: Id<'user'>): Promise<Record<string, Record<string, unknown>[]>> {
  const { rows: tables } = await db.execute<{ name: string; owner: string; columns: string[] }>(sql`
    select c.table_name as name, max(c.column_name) filter (where c.column_name in ('owner_id', 'user_id')
        or (c.table_name = 'users' and c.column_name = 'id')) as owner,
      array_agg(c.column_name::text order by c.ordinal_position) filter (
        where c.column_name !~ '(hash|sealed|token|subject|password)' and c.udt_name not in ('bytea', 'vector')) as columns
    from information_schema.columns c
    where c.table_schema = 'public' and has_table_privilege(quote_ident(c.table_name), 'select')
    group by c.table_name
    having count(*) filter (where c.column_name in ('owner_id', 'user_id') or (c.table_name = 'users' and c.column_name = 'id')) > 0
    order by 1`);
  const found: Record<string, Record<string, unknown>[]> = {};
  for (const { name, owner, columns } of tables) {
    const wanted = sql.join(
      columns.map((column) => sql.identifier(column)),
      sql`, `,
    );
    const { rows } = await db.execute(
      sql`select ${wanted} from ${sql.identifier(name)} where ${sql.identifier(owner)} = ${userId} limit ${mostRows}`,
    );
    found[name] = rows;
  }
  return found;
}
