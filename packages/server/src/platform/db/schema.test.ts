import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '#testing/open-test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test('the extensions are made once, by a migration, and not by a connection (M19)', async () => {
  const { rows } = await database.pool.query<{ extname: string }>('select extname from pg_extension order by 1');

  expect(rows.map(({ extname }) => extname)).toEqual(expect.arrayContaining(['pg_trgm', 'vector']));
});

test('every foreign key begins an index, so that no delete or join scans a table (M20 M21)', async () => {
  const { rows } = await database.pool.query<{ key: string }>(`
    select conrelid::regclass || '.' || conname as key from pg_constraint
    where contype = 'f' and connamespace = 'public'::regnamespace and not exists (
      select from pg_index where indrelid = conrelid and (indkey::int2[])[0:cardinality(conkey) - 1] = conkey)`);

  expect(rows).toEqual([]);
});

test('what is listed by time or by directory has the index for it (M21)', async () => {
  const { rows } = await database.pool.query<{ indexdef: string }>(
    "select indexdef from pg_indexes where schemaname = 'public'",
  );
  const all = rows.map(({ indexdef }) => indexdef).join('\n');

  for (const part of [
    /on public\.jobs .*\(owner_id, created_at desc/i,
    /on public\.jobs .*\(project_id, created_at desc/i,
    /on public\.projects .*\(owner_id, created_at desc/i,
    /on public\.codebase_files .*\(project_id, parent,/i,
  ])
    expect(all).toMatch(part);
});

test.each([
  ['codebase_files', ['path', 'parent', 'size', 'tokens', 'language', 'category', 'skipped']],
  ['codebase_analyses', ['status', 'failure', 'started_at', 'completed_at', 'summary']],
  ['codebase_vectors', ['blob', 'start_line', 'model', 'embedding']],
])('%s holds what is known of files, and goes with its project (M12 M13 M14)', async (table, columns) => {
  const described = await database.pool.query<{ column_name: string }>(
    "select column_name from information_schema.columns where table_schema = 'public' and table_name = $1",
    [table],
  );
  const { rows } = await database.pool.query<{ confdeltype: string }>(
    "select confdeltype from pg_constraint where contype = 'f' and conrelid = $1::regclass and confrelid = 'projects'::regclass",
    [table],
  );

  expect(described.rows.map(({ column_name }) => column_name)).toEqual(expect.arrayContaining(columns));
  expect(rows).toEqual([{ confdeltype: 'c' }]);
});
