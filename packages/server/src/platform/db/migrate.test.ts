import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '#testing/open-test-database.ts';
import { type Migration, migrate, readMigrations } from './migrate.ts';

let database: TestDatabase;
let released: readonly Migration[];

beforeEach(async () => {
  database = await openTestDatabase();
  released = await readMigrations();
});
afterEach(() => database.close());

test('migrating again changes nothing', async () => {
  const before = await schemaOf();

  expect(await withClient((client) => migrate(client, released))).toEqual([]);

  expect(await schemaOf()).toEqual(before);
});

test('from empty and from every earlier state the same schema comes about (M24 R12)', async () => {
  const expected = await schemaOf();
  await emptyDatabase();
  expect(await withClient((client) => migrate(client, released))).toEqual(released.map(({ name }) => name));
  expect(await schemaOf()).toEqual(expected);

  // Each migration has a transaction of its own, so all later ones in one go are the same steps as one by one: each state is passed once.
  await emptyDatabase();
  for (const [index, { name }] of released.entries()) {
    expect(await withClient((client) => migrate(client, released.slice(0, index + 1)))).toEqual([name]);
  }
  expect(await schemaOf()).toEqual(expected);
});

test('what members had used in a project each for themselves counts together after the update', async () => {
  await emptyDatabase();
  const before = released.findIndex(({ name }) => name === '0027_project-budgets');
  await withClient(async (client) => {
    await migrate(client, released.slice(0, before));
    await client.query(`begin; set local role yudai_system;
      insert into users (id, name, created_at) values ('usr_a', 'A', now()), ('usr_b', 'B', now());
      insert into projects (id, owner_id, name, origin, source_kind, source_address, status, created_at, updated_at)
        values ('prj_x', 'usr_a', 'x', 'connected', 'folder', '/x', 'ready', now(), now());
      insert into budgets (owner_id, scope, scope_id, limit_micros, spent_micros) values
        ('usr_a', 'person', 'usr_a', 70, 7), ('usr_a', 'project', 'prj_x', 50, 5), ('usr_b', 'project', 'prj_x', 90, 6),
        ('usr_b', 'project', 'prj_gone', 1, 1);
      commit`);

    await migrate(client, released);

    await client.query('begin; set local role yudai_system');
    const [shared, own] = [
      await client.query('select * from project_budgets'),
      await client.query('select * from budgets'),
    ];
    await client.query('commit');
    expect(shared.rows).toMatchObject([{ project_id: 'prj_x', limit_micros: '50', spent_micros: '11' }]);
    expect(own.rows).toMatchObject([{ owner_id: 'usr_a', limit_micros: '70', spent_micros: '7' }]);
  });
});

test('of starters at the same moment one migrates and the others find it done', async (context) => {
  // One session cannot wait for itself: the embedded engine has one process, which migrates before it serves.
  if (database.kind === 'embedded') context.skip();
  await emptyDatabase();

  const runs = await Promise.all(Array.from({ length: 4 }, () => withClient((client) => migrate(client, released))));

  expect(runs.flat()).toEqual(released.map((migration) => migration.name));
});

test('a migration that fails leaves the state before it, and the next start goes on from there', async () => {
  const broken = migration('9000_broken', ['create table half (id int)', 'select 1 / 0']);
  const repaired = migration('9000_broken', ['create table half (id int)']);

  await expect(withClient((client) => migrate(client, [...released, broken]))).rejects.toThrow('division by zero');
  expect((await database.pool.query("select to_regclass('half') as half")).rows).toEqual([{ half: null }]);

  expect(await withClient((client) => migrate(client, [...released, repaired]))).toEqual(['9000_broken']);
});

test('a database of a newer version, or a migration that was changed afterwards, is refused in words', async () => {
  const next = migration('9001_next', ['create table next_one (id int)']);
  await withClient((client) => migrate(client, [...released, next]));

  await expect(withClient((client) => migrate(client, released))).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('newer version'),
  });
  await expect(
    withClient((client) => migrate(client, [...released, { ...next, hash: 'another' }])),
  ).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('9001_next was changed') });
});

test('a table that only enables row-level security is forced to hold for its owner too', async () => {
  const table = migration('9002_table', [
    'create table kept (owner_id text)',
    'alter table kept enable row level security',
  ]);

  await withClient((client) => migrate(client, [...released, table]));

  const { rows } = await database.pool.query(
    "select relforcerowsecurity as forced from pg_class where relname = 'kept'",
  );
  expect(rows).toEqual([{ forced: true }]);
});

function migration(name: string, statements: string[]): Migration {
  return { name, statements, hash: name };
}

async function withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await database.pool.connect();
  try {
    return await work(client);
  } finally {
    client.release();
  }
}

/** Everything but the extensions and the roles, which an ordinary login may not make again. */
async function emptyDatabase(): Promise<void> {
  const { rows } = await database.pool.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public'",
  );
  for (const { name } of rows) await database.pool.query(`drop table ${pg.escapeIdentifier(name)} cascade`);
  const functions = await database.pool.query<{ name: string }>(
    `select oid::regprocedure::text as name from pg_proc where pronamespace = 'public'::regnamespace and proname like 'yudai%'`,
  );
  for (const { name } of functions.rows) await database.pool.query(`drop function ${name} cascade`);
}

/** Columns, constraints, indexes, policies and functions, as the database writes them. */
async function schemaOf(): Promise<unknown[]> {
  const { rows } = await database.pool.query(`
    select 'column' as kind, table_name || '.' || column_name as name,
      concat_ws(' ', data_type, is_nullable, column_default, generation_expression) as text
      from information_schema.columns where table_schema = 'public' and table_name <> 'schema_migrations'
    union all select 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
      from pg_constraint where connamespace = 'public'::regnamespace
    union all select 'index', indexname, indexdef from pg_indexes where schemaname = 'public'
    union all select 'policy', tablename || '.' || policyname, concat_ws(' ', roles, cmd, qual, with_check) from pg_policies
    union all select 'table', relname, concat_ws(' ', relrowsecurity, relforcerowsecurity, relacl) from pg_class
      where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'schema_migrations'
    union all select 'function', oid::regprocedure::text, proowner::regrole || ' ' || pg_get_functiondef(oid) from pg_proc
      where pronamespace = 'public'::regnamespace and proname like 'yudai%'
    order by 1, 2, 3`);
  return rows;
}
