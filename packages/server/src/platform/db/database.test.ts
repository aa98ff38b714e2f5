import { sql } from 'drizzle-orm';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#kernel/ids.ts';
import { readDatabaseMetrics } from './index.ts';
import { openTestDatabase, type TestDatabase } from '#testing/open-test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await database.pool.query('create table counters (id int primary key, value int not null)');
  await database.pool.query('insert into counters select generate_series(0, 9), 0');
});
afterAll(() => database.close());

test('2,000 queries at once, one in five wrong, each get their own answer (N12)', async () => {
  const ask = async (index: number) => {
    if (index % 5 === 4) {
      const error = await database.pool
        .query('select 1 / ($1::int - $1::int)', [index])
        .catch((reason: unknown) => reason);
      return error instanceof pg.DatabaseError ? error.code : 'no error';
    }
    const { rows } = await database.pool.query<{ answer: number }>('select $1::int * 2 as answer', [index]);
    return rows[0]?.answer;
  };

  const answers = await Promise.all(Array.from({ length: 2_000 }, (_, index) => ask(index)));

  expect(answers).toEqual(Array.from({ length: 2_000 }, (_, index) => (index % 5 === 4 ? '22012' : index * 2)));
});

test('400 transactions at once, every third rolled back, leave exactly the effect of the others', async () => {
  await Promise.all(
    Array.from({ length: 400 }, async (_, index) => {
      const work = onConnection(async (client) => {
        await client.query('begin');
        await client.query('update counters set value = value + 1 where id = $1', [index % 10]);
        await client.query('update counters set value = value + 1 where id = $1', [index % 10]);
        await client.query(index % 3 === 0 ? 'rollback' : 'commit');
      });
      await work;
    }),
  );

  const { rows } = await database.pool.query<{ total: string }>('select sum(value) as total from counters');
  expect(Number(rows[0]?.total)).toBe(2 * 266);
});

test('one message is one transaction of a role and a person, and leaves nothing of both behind (N12)', async () => {
  const me = newId('user', new Date());
  const who = sql`select current_user::text as role, current_setting('app.user_id') as person`;
  const wrong = sql`with made as (insert into counters values (77, 0) returning id) select 1 / (id - 77) from made`;

  const system = await database.askAsSystem(sql`${who}, ${sql.param([1, 2])}::int[] as numbers`);
  const person = await database.askAsUser(me, who);
  const failed = await database.askAsUser(me, wrong).catch((error: unknown) => error);
  const after = await database.pool.query(
    `select current_user = session_user as login, nullif(current_setting('app.user_id', true), '') as person,
       exists (select from counters where id = 77) as made`,
  );

  expect(system).toEqual([{ role: 'yudai_system', person: '', numbers: [1, 2] }]);
  expect(person).toEqual([{ role: 'yudai_app', person: me }]);
  expect(failed).toMatchObject({ code: '22012' });
  expect(after.rows).toEqual([{ login: true, person: null, made: false }]);
});

test('a client that dies inside a transaction is rolled back and holds nobody up', async () => {
  await database.pool.query('update counters set value = 0');
  const client = await database.pool.connect();
  client.on('error', () => undefined);
  await client.query('begin');
  await client.query('update counters set value = 100 where id = 1');
  const waiting = database.pool.query('update counters set value = value + 1 where id = 1 returning value');

  client.release(new Error('its owner has crashed'));

  expect((await waiting).rows).toEqual([{ value: 1 }]);
});

test('an answer that comes in portions keeps others out until it is whole', async () => {
  const sevenAtATime = { text: 'select n from generate_series(1, 100) as n', rows: 7 };
  const portions = database.pool.query(sevenAtATime);
  const others = Array.from({ length: 20 }, (_, index) => database.pool.query('select $1::int as n', [index]));

  expect((await portions).rows.length).toBe(100);
  expect((await Promise.all(others)).map(({ rows }) => rows[0]?.n)).toEqual(
    Array.from({ length: 20 }, (_, index) => index),
  );
});

test('an answer of 20 MB arrives whole', async () => {
  const { rows } = await database.pool.query<{ text: string }>(
    'select repeat(md5(n::text), 32) as text from generate_series(1, 20000) n',
  );

  expect(rows.reduce((sum, { text }) => sum + text.length, 0)).toBe(20_000 * 32 * 32);
});

test('a notification reaches every listener when its transaction commits, and none when it is rolled back', async () => {
  const heard: string[] = [];
  const both = Promise.withResolvers<void>();
  const note = (who: string) => (payload: string) => {
    heard.push(`${who} ${payload}`);
    if (payload === 'last') both.resolve();
  };
  const stops = [await database.listen('news', note('first')), await database.listen('other', note('other'))];
  const outsider = await database.pool.connect();
  await outsider.query('listen news');
  const outside = new Promise<string>((resolve) => {
    outsider.once('notification', ({ payload }) => resolve(payload ?? ''));
  });

  await database.asSystem((db) => db.execute(sql`select pg_notify('news', 'one')`));
  await expect(
    database.asSystem(async (db) => {
      await db.execute(sql`select pg_notify('news', 'never')`);
      throw new Error('rolled back');
    }),
  ).rejects.toThrow('rolled back');
  await database.asSystem((db) => db.execute(sql`select pg_notify('news', 'last')`));
  await both.promise;

  expect(heard).toEqual(['first one', 'first last']);
  expect(await outside).toBe('one');
  outsider.release(true);
  for (const stop of stops) await stop();
});

test('the connection that listens comes back after a loss and says so', async (context) => {
  // The embedded engine has no backend that could be ended.
  if (database.kind === 'embedded') context.skip();
  const resumed = Promise.withResolvers<void>();
  const heard = Promise.withResolvers<string>();
  const stop = await database.listen('comeback', heard.resolve, resumed.resolve);

  await database.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen "comeback"' and datname = current_database()`,
  );
  await resumed.promise;
  await database.pool.query("notify comeback, 'back'");

  expect(await heard.promise).toBe('back');
  await stop();
});

test('people are told what they can do, without SQL, names of constraints or values (N12)', async () => {
  const failWith = (statement: string) =>
    database.asSystem((db) => db.execute(sql.raw(statement))).catch((error: unknown) => error);
  await database.pool.query('grant all on counters to yudai_system');

  const conflict = await failWith('insert into counters values (1, 4711)');
  const defect = await failWith("select secret_column from counters where 'hunter2' = 'hunter2'");

  expect(conflict).toMatchObject({ code: 'conflict' });
  expect(String(conflict)).not.toMatch(/counters|4711|insert/);
  expect(defect).toMatchObject({ name: 'QueryDefect', code: '42703' });
});

test('a transaction that lost a race runs again until it is done', async () => {
  let runs = 0;

  const answer = await database.asSystem(async (db) => {
    runs += 1;
    if (runs < 3) await db.execute(sql.raw("do $$ begin raise exception using errcode = '40P01'; end $$"));
    return 'done';
  });

  expect([answer, runs]).toEqual(['done', 3]);
});

test('opening a transaction inside another is a defect that shows at once, instead of waiting for ever', async () => {
  const nested = database.asSystem(() => database.asSystem(() => Promise.resolve('inner')));

  await expect(nested).rejects.toThrow('a transaction is opened inside another');
});

test('a nested piece of a transaction can fail alone', async () => {
  await database.pool.query('update counters set value = 0');
  await database.pool.query('grant all on counters to yudai_system');

  await database.asSystem(async (db) => {
    await db.execute(sql`update counters set value = 5 where id = 0`);
    await db
      .transaction(async (inner) => {
        await inner.execute(sql`update counters set value = 9 where id = 0`);
        throw new Error('only this');
      })
      .catch(() => undefined);
  });

  expect((await database.pool.query('select value from counters where id = 0')).rows).toEqual([{ value: 5 }]);
});

test('the database says how full it and its pool are (M18)', async () => {
  const client = await database.pool.connect();
  await client.query('analyze counters');

  const metrics = await readDatabaseMetrics(database);
  client.release();

  expect(metrics.pool).toMatchObject({ maximum: 15, waiting: 0 });
  expect(metrics.pool.inUse).toBeGreaterThanOrEqual(1);
  expect(metrics.sizeBytes).toBeGreaterThan(1_000_000);
  expect(metrics.tables.find(({ name }) => name === 'counters')).toMatchObject({ rows: 10 });
});

async function onConnection(work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  const client = await database.pool.connect();
  try {
    await work(client);
  } finally {
    client.release();
  }
}
