import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Id } from '@yudai/contract';
import { newId } from '#kernel/ids.ts';
import { openTestDatabase, type TestDatabase } from '#testing/open-test-database.ts';
import { assertEmbedding, embeddingDimensions } from './index.ts';

let database: TestDatabase;
let ada: Id<'user'>;
let bob: Id<'user'>;

beforeAll(async () => {
  database = await openTestDatabase();
  [ada, bob] = [newId('user', new Date()), newId('user', new Date())];
  await database.asSystem(async (db) => {
    for (const id of [ada, bob]) {
      await db.execute(sql`insert into users (id, name, created_at) values (${id}, 'somebody', now())`);
      await db.execute(sql`insert into live_topics (topic, owner_id, last_seq) values (${`user:${id}`}, ${id}, 7)`);
    }
  });
});
afterAll(() => database.close());

test('every table of ours forces row-level security, and only few have no policy for people (M25)', async () => {
  const { rows } = await database.pool.query<{ name: string; forced: boolean; policies: string[] }>(
    `select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced,
       array(select p.polname::text from pg_policy p where p.polrelid = c.oid order by 1) as policies
     from pg_class c where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace order by 1`,
  );
  const open = rows.filter(({ forced }) => !forced).map(({ name }) => name);
  const ofSystem = rows.filter(({ forced, policies }) => forced && policies.length === 1).map(({ name }) => name);

  // What is nobody's: which nodes live, which migrations ran, how much somebody may ask for.
  expect(open).toEqual(
    ['audit_head', 'nodes', 'rate_buckets', 'schema_migrations'].filter((name) => open.includes(name)),
  );
  expect(ofSystem).toEqual(['auth_accounts', 'auth_devices', 'auth_verifications', 'github_deliveries']);
  const closed = rows.filter(({ forced, policies }) => forced && !policies.includes('system')).map(({ name }) => name);
  expect(closed).toEqual(['audit_entries'].filter((name) => closed.includes(name)));
});

test('a person sees, changes and deletes only their own rows, with no filter in the query (M25)', async () => {
  const seen = await database.asUser(ada, (db) =>
    db.execute<{ owner_id: string }>(sql`select owner_id from live_topics`),
  );
  const changed = await database.asUser(ada, (db) => db.execute(sql`update live_topics set last_seq = last_seq + 1`));
  const people = await database.asUser(ada, (db) => db.execute<{ id: string }>(sql`select id from users`));
  const deleted = await database.asUser(bob, (db) => db.execute(sql`delete from live_topics where owner_id = ${ada}`));

  expect(seen.rows).toEqual([{ owner_id: ada }]);
  expect(changed.rowCount).toBe(1);
  expect(people.rows).toEqual([{ id: ada }]);
  expect(deleted.rowCount).toBe(0);
  const all = await database.asSystem((db) => db.execute(sql`select last_seq from live_topics order by 1`));
  expect(all.rows).toEqual([{ last_seq: '7' }, { last_seq: '8' }]);
});

test('a person cannot put rows into somebody else’s hands (M25)', async () => {
  const give = () =>
    database.asUser(ada, (db) =>
      db.execute(sql`insert into live_topics (topic, owner_id, last_seq) values ('user:given', ${bob}, 0)`),
    );
  const pass = () => database.asUser(ada, (db) => db.execute(sql`update live_topics set owner_id = ${bob}`));

  await expect(give()).rejects.toMatchObject({ code: 'forbidden' });
  await expect(pass()).rejects.toMatchObject({ code: 'forbidden' });
});

test('who a transaction is for ends with it', async () => {
  await database.asUser(ada, (db) => db.execute(sql`select 1`));

  const clients = await Promise.all(Array.from({ length: 5 }, () => database.pool.connect()));
  const states = await Promise.all(
    clients.map((client) =>
      client.query(
        `select current_user = session_user as plain, coalesce(current_setting('app.user_id', true), '') as id`,
      ),
    ),
  );
  for (const client of clients) client.release();

  for (const { rows } of states) expect(rows).toEqual([{ plain: true, id: '' }]);
});

test('the owner of the tables itself sees no rows without saying for whom', async (context) => {
  // The embedded engine signs in as its superuser, whom no policy holds; nothing but this process can sign in there.
  if (database.kind === 'embedded') context.skip();
  const { rows } = await database.pool.query(
    'select current_user as login, (select count(*)::int from live_topics) as topics',
  );

  expect(rows).toEqual([{ login: expect.not.stringMatching(/^postgres$/), topics: 0 }]);
});

test('rows go with their owner', async () => {
  const id = newId('user', new Date());
  await database.asSystem(async (db) => {
    await db.execute(sql`insert into users (id, name, created_at) values (${id}, 'leaving', now())`);
    await db.execute(sql`insert into live_topics (topic, owner_id, last_seq) values ('user:leaving', ${id}, 0)`);
    await db.execute(sql`delete from users where id = ${id}`);
  });

  const left = await database.asSystem((db) => db.execute(sql`select from live_topics where topic = 'user:leaving'`));
  expect(left.rowCount).toBe(0);
});

test('schema and migrations agree: generating yields nothing new (M24)', async () => {
  const root = fileURLToPath(new URL('../../../../../', import.meta.url));
  const folder = fileURLToPath(new URL('./migrations', import.meta.url));
  const copy = await mkdtemp(join(tmpdir(), 'yudai-migrations-'));
  await cp(folder, copy, { recursive: true });
  const config = fileURLToPath(new URL('../../../drizzle.config.ts', import.meta.url));

  await promisify(execFile)(
    process.execPath,
    [join(root, 'node_modules/drizzle-kit/bin.cjs'), 'generate', '--config', config],
    {
      cwd: root,
      env: { ...process.env, MIGRATIONS_FOLDER: relative(root, copy) },
    },
  );

  expect((await readdir(copy)).toSorted()).toEqual((await readdir(folder)).toSorted());
  await rm(copy, { recursive: true });
}, 60_000);

test('a model whose vectors do not fit the columns is refused at boot, by name (G10)', async () => {
  await expect(assertEmbedding(database, { model: 'good', dimensions: embeddingDimensions })).resolves.toBeUndefined();
  await expect(assertEmbedding(database, { model: 'ada-002', dimensions: 1536 })).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringContaining('ada-002'),
  });
  await database.pool.query('create table wrong (v vector(1536))');
  await expect(assertEmbedding(database, { model: 'good', dimensions: 384 })).rejects.toThrow('wrong.v');
  await database.pool.query('drop table wrong');
});
