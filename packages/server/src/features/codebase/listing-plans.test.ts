// One database is enough: both plan with the same code and the same statistics.
import { type SQL, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Id } from '@yudai/contract';
import { newId } from '#kernel/ids.ts';
import { openTestDatabase, type TestDatabase } from '#testing/open-test-database.ts';

let database: TestDatabase;
const owner = newId('user', new Date());
const project = newId('project', new Date());

/** One person with a large project among many with a small one: then the planner thinks that an owner has few rows. */
beforeAll(async () => {
  database = await openTestDatabase();
  await database.asSystem(async (db) => {
    await addProject(db.execute.bind(db), owner, project, 6000);
    for (let n = 0; n < 60; n += 1) {
      await addProject(db.execute.bind(db), newId('user', new Date()), newId('project', new Date()), 10);
    }
  });
  await database.pool.query('analyze codebase_files');
});
afterAll(() => database.close());

test.each([
  ['a directory of a large project', sql`parent = 'src'`, sql`(case when kind = 'directory' then 0 else 1 end), path`],
  ['the skipped files of a large project', sql`skipped is not null`, sql`path`],
])('%s is read in the order of its index, whoever owns the rest (Q6 M21)', async (_, where, order) => {
  const plan = await planOf(
    sql`select * from codebase_files where project_id = ${project} and ${where} order by ${order} limit 101`,
  );

  expect(plan).toMatch(/Index Scan using codebase_files_(children|skipped)/);
  expect(plan).not.toMatch(/Sort|Filter: .*owner_id/);
});

test.each([
  ['files', sql`select * from codebase_files where project_id = ${project}`],
  ['projects', sql`select * from projects p join project_members m on m.project_id = p.id and m.user_id = ${owner}`],
])(
  'who may see %s is looked up by hash, so that being in many projects costs a row nothing (Q6 M25)',
  async (_, query) => {
    const plan = await planOf(query);

    expect(plan).toMatch(/hashed SubPlan/);
    expect(plan.replaceAll(/yudai_projects.*|OR \(project_id = ANY \(.*/g, '')).not.toMatch(/= ANY/);
  },
);

async function planOf(query: SQL): Promise<string> {
  const { rows } = await database.asUser(owner, (db) => db.execute<{ 'QUERY PLAN': string }>(sql`explain ${query}`));
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

async function addProject(
  execute: (query: SQL) => Promise<unknown>,
  ownerId: Id<'user'>,
  projectId: Id<'project'>,
  files: number,
): Promise<void> {
  await execute(sql`insert into users (id, name, created_at) values (${ownerId}, 'somebody', now())`);
  await execute(sql`insert into projects (id, owner_id, name, origin, source_kind, source_address, status, created_at, updated_at)
    values (${projectId}, ${ownerId}, 'project', 'connected', 'folder', '/srv', 'ready', now(), now())`);
  await execute(sql`insert into codebase_files (project_id, path, parent, kind, size, tokens, files, lines, skipped)
    select ${projectId}, 'src/' || n || '.ts', 'src', 'file', 1, 1, 1, 1, case when n % 5 = 0 then 'generated' end
    from generate_series(1, ${files}::int) n`);
}
