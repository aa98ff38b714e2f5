import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type pg from 'pg';
import { z } from 'zod';
import { AppError } from '#kernel/app-error.ts';

export interface Migration {
  readonly name: string;
  readonly statements: readonly string[];
  readonly hash: string;
}

/** Any number that no other program is likely to lock. */
const lockKey = 7_274_832_017;

const journalSchema = z.object({ entries: z.array(z.object({ tag: z.string() })) });

/** The migrations of this version, oldest first, as drizzle-kit wrote them. */
export async function readMigrations(folder = new URL('./migrations/', import.meta.url)): Promise<Migration[]> {
  const journal = journalSchema.parse(JSON.parse(await readFile(new URL('meta/_journal.json', folder), 'utf8')));
  return Promise.all(
    journal.entries.map(async ({ tag }) => {
      const text = await readFile(new URL(`${tag}.sql`, folder), 'utf8');
      const statements = text.split('--> statement-breakpoint').filter((statement) => statement.trim() !== '');
      return { name: tag, statements, hash: createHash('sha256').update(text).digest('hex') };
    }),
  );
}

/**
 * Brings the database to this version and returns the names of the migrations that it ran. Each one is a transaction together with
 * the row that records it, so a killed process leaves a whole earlier state. An advisory lock makes concurrent starters take turns.
 *
 * Throws `conflict` when the database was written by a newer version, or when a migration was changed after it had run.
 */
export async function migrate(client: pg.ClientBase, migrations: readonly Migration[]): Promise<string[]> {
  await client.query('select pg_advisory_lock($1)', [lockKey]);
  try {
    await client.query(`create table if not exists schema_migrations (
      name text primary key, hash text not null, applied_at timestamptz not null default now())`);
    const applied = await client.query<{ name: string; hash: string }>('select name, hash from schema_migrations');
    const hashes = new Map(applied.rows.map((row) => [row.name, row.hash]));
    refuseForeignHistory(hashes, migrations);

    const ran: string[] = [];
    for (const migration of migrations) {
      if (hashes.has(migration.name)) continue;
      await apply(client, migration);
      ran.push(migration.name);
    }
    await forceRowSecurity(client);
    return ran;
  } finally {
    // Fails only on a lost connection, whose locks the server has freed by then.
    await client.query('select pg_advisory_unlock($1)', [lockKey]).catch(() => undefined);
  }
}

function refuseForeignHistory(applied: ReadonlyMap<string, string>, migrations: readonly Migration[]): void {
  const known = new Map(migrations.map((migration) => [migration.name, migration.hash]));
  for (const [name, hash] of applied) {
    if (!known.has(name)) {
      throw new AppError(
        'conflict',
        `The database was written by a newer version of Yudai (it has the migration ${name}). Start that version, or restore a backup.`,
      );
    }
    if (known.get(name) !== hash) {
      throw new AppError(
        'conflict',
        `The migration ${name} was changed after this database had run it. Restore the file, or start with an empty database.`,
      );
    }
  }
}

async function apply(client: pg.ClientBase, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    // Building an index over much data may take longer than a request is allowed to.
    await client.query('set local statement_timeout = 0');
    for (const statement of migration.statements) await client.query(statement);
    await client.query('insert into schema_migrations (name, hash) values ($1, $2)', [migration.name, migration.hash]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

/** drizzle-kit writes ENABLE but not FORCE; without it the owner of the tables, who we log in as, would see every row. */
async function forceRowSecurity(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ command: string }>(
    `select format('alter table %s force row level security', oid::regclass) as command from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relrowsecurity and not relforcerowsecurity`,
  );
  for (const { command } of rows) await client.query(command);
}
