import { sql } from 'drizzle-orm';
import type { Id } from '@yudai/contract';
import type { Db } from '#platform/db/index.ts';

const mostRows = 5000;
const isOwner = sql`(c.attname in ('owner_id', 'user_id') or (t.relname = 'users' and c.attname = 'id'))`;

/**
 * The rows of every table that say whose they are, as this person: by `owner_id` or `user_id`, and of `users` their own. Columns of
 * secrets (hashes, sealed texts) and of bytes are left out. At most 5,000 rows a table, in no promised order.
 */
export async function exportTables(db: Db, userId: Id<'user'>): Promise<Record<string, Record<string, unknown>[]>> {
  const { rows: tables } = await db.execute<{ name: string; owner: string; columns: string[] }>(sql`
    select t.relname as name, max(c.attname) filter (where ${isOwner}) as owner,
      array_agg(c.attname::text order by c.attnum) filter (
        where c.attname !~ '(hash|sealed|token|subject|password)' and c.atttypid::regtype::text not in ('bytea', 'vector')) as columns
    from pg_class t join pg_attribute c on c.attrelid = t.oid and c.attnum > 0 and not c.attisdropped
    where t.relnamespace = 'public'::regnamespace and t.relkind = 'r' and has_table_privilege(t.oid, 'select')
    group by t.relname having count(*) filter (where ${isOwner}) > 0 order by 1`);
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
