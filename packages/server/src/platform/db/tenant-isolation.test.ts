import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Id } from '@yudai/contract';
import { newId } from '#kernel/ids.ts';
import type { Db } from '#platform/db/index.ts';
import { openTestDatabase, type TestDatabase } from '#testing/open-test-database.ts';

/**
 * What row-level security alone holds: every query here is without the application's own filters, as if a use-case had forgotten them.
 * Each table is found in the catalogue and filled by itself, so a new table without policies fails here.
 */
let database: TestDatabase;
const people = { owner: newPerson(), member: newPerson(), viewer: newPerson(), stranger: newPerson() };
const project = newId('project', new Date());
const foreignProject = newId('project', new Date());
let tables: readonly Table[] = [];

interface Table {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string; readonly needed: boolean }[];
}

beforeAll(async () => {
  database = await openTestDatabase();
  tables = await readTables();
  await database.asSystem(async (db) => {
    for (const id of Object.values(people)) {
      await db.execute(
        sql`insert into users (id, name, github_id, created_at) values (${id}, 'x', ${githubIdOf(id)}, now())`,
      );
    }
    for (const [id, owner] of [
      [project, people.owner],
      [foreignProject, people.stranger],
    ] as const) {
      await db.execute(sql`insert into projects (id, owner_id, name, origin, source_kind, source_address, status, created_at, updated_at)
        values (${id}, ${owner}, 'p', 'connected', 'git', 'https://git.example/a/b', 'ready', now(), now())`);
      await db.execute(
        sql`insert into project_members (project_id, user_id, role, since) values (${id}, ${owner}, 'owner', now())`,
      );
    }
    for (const role of ['member', 'viewer'] as const) {
      await db.execute(
        sql`insert into project_members (project_id, user_id, role, since) values (${project}, ${people[role]}, ${role}, now())`,
      );
    }
    await fill(db);
  });
});
afterAll(() => database.close());

/** Kept for everybody or for nobody: what a table without an owner is for is said here, and nothing else may be without. */
const withoutOwner = ['audit_head', 'nodes', 'rate_buckets', 'schema_migrations'];

test('every table is a tenant’s, the system’s, or named as nobody’s (M25)', () => {
  expect(tables.length).toBeGreaterThan(20);
  expect(tables.filter(({ name }) => !filled.has(name)).map(({ name }) => name)).toEqual([]);
});

test('a stranger sees, changes and deletes no row of others, whatever a query forgets to say (M25)', async () => {
  for (const { name } of ofTenants()) {
    const reached = await reach(people.stranger, name);
    expect([name, reached]).toEqual([name, { seen: 0, changed: 0, deleted: 0 }]);
  }
});

test('a viewer sees what is the project’s and changes none of it (B10 M25)', async () => {
  const visible: string[] = [];
  for (const { name, columns } of ofTenants()) {
    if (!columns.some((column) => column.name === 'project_id') || name === 'project_members') continue;
    const { seen, changed, deleted } = await reach(people.viewer, name);
    if (seen > 0) visible.push(name);
    expect([name, changed, deleted]).toEqual([name, 0, 0]);
  }

  expect(visible).toEqual(
    expect.arrayContaining([
      'codebase_files',
      'codebase_snapshots',
      'codebase_analyses',
      'codebase_packs',
      'jobs',
      'live_topics',
    ]),
  );
});

test('the probe can fail: the owner reaches the rows that the stranger does not (M25)', async () => {
  const reached = await Promise.all(
    ['projects', 'jobs', 'codebase_files', 'live_topics', 'github_connections', 'api_keys'].map((name) =>
      reach(people.owner, name),
    ),
  );

  for (const { seen, changed } of reached) expect([seen > 0, changed > 0]).toEqual([true, true]);
});

test('nobody makes themselves a member, an owner or an administrator (B10 M25)', async () => {
  const as = (who: Id<'user'>, query: ReturnType<typeof sql>) =>
    database
      .asUser(who, async (db) => (await db.execute(query)).rowCount ?? 0)
      .catch((error: { code: string }) => error.code);
  const join = (role: string) =>
    sql`insert into project_members (project_id, user_id, role, since) values (${project}, ${people.stranger}, ${role}, now())`;

  expect(await as(people.stranger, join('viewer'))).toBe('forbidden');
  expect(await as(people.stranger, join('owner'))).toBe('forbidden');
  expect(await as(people.viewer, sql`update project_members set role = 'admin' where user_id = ${people.viewer}`)).toBe(
    0,
  );
  expect(await as(people.member, sql`update project_members set role = 'owner' where user_id = ${people.member}`)).toBe(
    0,
  );
  expect(
    await as(
      people.member,
      sql`insert into project_invitations (id, project_id, project_name, github_id, username, role, invited_by, created_at, expires_at)
    values ('inv_x', ${project}, 'p', ${githubIdOf(people.stranger)}, 'x', 'admin', 'x', now(), now() + interval '1 day')`,
    ),
  ).toBe('forbidden');
  expect(await as(people.stranger, sql`update users set administrator = true where id <> ${people.stranger}`)).toBe(0);
  expect(
    await as(
      people.stranger,
      sql`select yudai_append('yudai_live', ${`user:${people.owner}`}, ${people.owner}, null, 'x', '{}'::jsonb, now())`,
    ),
  ).toBe('forbidden');
  expect(await as(people.member, sql`select yudai_hand_over(${project}, ${people.owner}, ${people.member})`)).toBe(
    'forbidden',
  );
  expect(await as(people.stranger, sql`update projects set owner_id = ${people.stranger} where id = ${project}`)).toBe(
    0,
  );
});

const filled = new Set<string>();

function ofTenants(): readonly Table[] {
  return tables.filter(({ name }) => !withoutOwner.includes(name));
}

/** How many rows of the others somebody reaches: theirs are left out by hand, because what is one's own is not the question. */
async function reach(who: Id<'user'>, table: string): Promise<{ seen: number; changed: number; deleted: number }> {
  const columns = tables.find(({ name }) => name === table)?.columns.map(({ name }) => name) ?? [];
  const foreign = sql`not (${sql.join(
    [
      ...columns
        .filter((name) => ['owner_id', 'user_id', 'actor_id'].includes(name))
        .map((name) => sql`coalesce(${sql.identifier(name)} = ${people.stranger}, false)`),
      ...(columns.includes('project_id') ? [sql`coalesce(project_id = ${foreignProject}, false)`] : []),
      ...(table === 'users' ? [sql`id = ${people.stranger}`] : []),
      ...(table === 'projects' ? [sql`id = ${foreignProject}`] : []),
      sql`false`,
    ],
    sql` or `,
  )})`;
  const attempt = async (work: (db: Db) => Promise<number>): Promise<number> => {
    let found = 0;
    const undo = new Error('undo');
    await database
      .asUser(who, async (db) => {
        found = await work(db);
        throw undo;
      })
      .catch((error: unknown) => {
        // Without the right to change the table at all, nothing is reached either.
        if (error !== undo && !(error instanceof Error && 'code' in error && error.code === 'forbidden')) throw error;
      });
    return found;
  };
  const name = sql.identifier(table);
  const first = sql.identifier(columns[0] ?? '');
  const many = async (db: Db, query: ReturnType<typeof sql>) => (await db.execute(query)).rowCount ?? 0;
  return {
    seen: await attempt((db) => many(db, sql`select 1 from ${name} where ${foreign}`)),
    changed: await attempt((db) => many(db, sql`update ${name} set ${first} = ${first} where ${foreign}`)),
    deleted: await attempt((db) => many(db, sql`delete from ${name} where ${foreign}`)),
  };
}

async function readTables(): Promise<readonly Table[]> {
  const { rows } = await database.pool.query<Table>(`
    select t.relname as name,
      json_agg(json_build_object('name', c.attname, 'type', format_type(c.atttypid, c.atttypmod), 'needed', c.attnotnull and not c.atthasdef) order by c.attnum) as columns
    from pg_class t join pg_attribute c on c.attrelid = t.oid and c.attnum > 0 and not c.attisdropped
    where t.relnamespace = 'public'::regnamespace and t.relkind = 'r' group by t.oid, t.relname order by 1`);
  return rows;
}

/** A row of the owner in every table; tables that others point at come first. */
async function fill(db: Db): Promise<void> {
  const done = ['users', 'projects', 'project_members', ...withoutOwner];
  for (const name of done) filled.add(name);
  let left = tables.filter(({ name }) => !done.includes(name) && name !== 'audit_entries');
  for (let round = 0; round < 4 && left.length > 0; round += 1) {
    const still: Table[] = [];
    for (const table of left) {
      try {
        await db.transaction((inner) => inner.execute(rowOf(table)).then(() => undefined));
        filled.add(table.name);
      } catch (error) {
        if (round === 3)
          throw new Error(`The table ${table.name} cannot be filled: say how in valueOf.`, { cause: error });
        still.push(table);
      }
    }
    left = still;
  }
  filled.add('audit_entries');
}

function rowOf({ name, columns }: Table) {
  const wanted = columns.filter((column) => column.needed || ['project_id', 'user_id'].includes(column.name));
  const values = wanted.map((column) => valueOf(name, column.name, column.type));
  return sql`insert into ${sql.identifier(name)} (${sql.join(
    wanted.map((column) => sql.identifier(column.name)),
    sql`, `,
  )})
    values (${sql.join(values, sql`, `)})`;
}

/** Something that fits a column: mostly by its type, by its name where a check or a key wants more. */
function valueOf(table: string, column: string, type: string) {
  const special: Record<string, ReturnType<typeof sql>> = {
    'jobs.status': sql`'queued'`,
    'job_steps.status': sql`'completed'`,
    'codebase_analyses.status': sql`'completed'`,
    'codebase_files.kind': sql`'file'`,
    'context_cards.source': sql`'note'`,
    'context_cards.category': sql`'other'`,
    'chat_messages.role': sql`'user'`,
    'chat_messages.status': sql`'complete'`,
    'ideas.complexity': sql`'M'`,
    'ideas.status': sql`'pending'`,
    'ideas.origin': sql`'hand'`,
    'issues.origin': sql`'hand'`,
    'issues.status': sql`'draft'`,
    'issues.priority': sql`'low'`,
    'issues.complexity': sql`'M'`,
    'issue_versions.source': sql`'hand'`,
    'solves.status': sql`'queued'`,
    'api_keys.scopes': sql`'{read}'`,
    'live_events.topic': sql`'job:x'`,
    'live_topics.topic': sql`'job:x'`,
    'job_steps.job_id': sql`'job_x'`,
    'job_questions.job_id': sql`'job_x'`,
    'jobs.id': sql`'job_x'`,
    'project_invitations.role': sql`'viewer'`,
    'github_connections.status': sql`'ok'`,
    'github_syncs.kind': sql`'issues'`,
    'codebase_vectors.embedding': sql`array_fill(0.1, array[384])::vector`,
  };
  const known = special[`${table}.${column}`];
  if (known !== undefined) return known;
  if (column === 'project_id') return sql`${project}`;
  if (['owner_id', 'user_id', 'actor_id'].includes(column)) return sql`${people.owner}`;
  if (column === 'repository_id' || (table === 'github_repositories' && column === 'id')) return sql`77`;
  if (column === 'permission') return sql`'write'`;
  if (type.endsWith('[]')) return sql`'{}'`;
  if (type === 'jsonb') return sql`'[]'::jsonb`;
  if (type === 'boolean') return sql`false`;
  if (type.startsWith('timestamp')) return sql`now()`;
  if (type === 'bytea') return sql`'\\x00'::bytea`;
  if (/int|numeric|double/.test(type)) return sql`1`;
  return sql`'open'`;
}

function newPerson(): Id<'user'> {
  return newId('user', new Date());
}

function githubIdOf(id: Id<'user'>): number {
  return Object.values(people).indexOf(id) + 1000;
}
