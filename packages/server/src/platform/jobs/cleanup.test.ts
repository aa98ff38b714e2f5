import type { Id } from '@yudai/contract';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type JobsBench, openJobsBench } from '#testing/jobs-bench.ts';
import type { JobRun } from './definition.ts';

let bench: JobsBench;
beforeAll(async () => {
  bench = await openJobsBench({ cleanupEveryMs: 0, heartbeatMs: 50 });
});
afterAll(() => bench.close());

const asking = async (run: JobRun<unknown>) => {
  await run.step('work', async () => 'done');
  if (run.payload === 'ask') await run.ask([{ id: 'a', text: 'Which?', kind: 'text' }]);
  return { answer: 42 };
};

test('what finished long ago is thrown away with its feed and journal; what is live or recent never is (J14)', async () => {
  bench.kind({ run: asking });
  await bench.launch();
  const ancient = await bench.start();
  const old = await bench.start();
  const recent = await bench.start();
  await bench.jobs.drain();
  const waiting = await bench.start({ payload: 'ask' });
  await bench.untilStatus(waiting.id, 'waiting_for_input');

  await age(ancient.id, 15 * 24);
  await age(old.id, 49);
  await age(recent.id, 47);
  await age(waiting.id, 1000);
  await expect.poll(() => numberOf('jobs', ancient.id), { timeout: 60_000 }).toBe(0);
  await expect.poll(() => numberOf('job_steps', old.id), { timeout: 60_000 }).toBe(0);

  await expect(bench.jobs.get(bench.ctx, ancient.id)).rejects.toMatchObject({ code: 'not_found' });
  expect([await feedOf(ancient.id), await journalOf(ancient.id)]).toEqual([0, 0]);
  expect(await bench.jobs.get(bench.ctx, old.id)).toMatchObject({ status: 'completed', result: null, steps: [] });
  expect(await journalOf(old.id)).toBe(0);
  expect(await bench.jobs.get(bench.ctx, recent.id)).toMatchObject({
    result: { answer: 42 },
    steps: [{ name: 'work' }],
  });
  expect(await journalOf(recent.id)).toBe(1);

  await bench.jobs.respond(bench.ctx, waiting.id, [{ questionId: 'a', answer: 'this' }]);
  await bench.jobs.drain();
  expect(await bench.jobs.get(bench.ctx, waiting.id)).toMatchObject({ status: 'completed', result: { answer: 42 } });
});

/** Moves everything about a job into the past. */
async function age(id: Id<'job'>, hours: number): Promise<void> {
  await bench.database.asSystem((db) =>
    db.execute(sql`update jobs set created_at = created_at - make_interval(hours => ${hours}::int),
      finished_at = finished_at - make_interval(hours => ${hours}::int) where id = ${id}`),
  );
}

async function numberOf(table: 'jobs' | 'job_steps', id: Id<'job'>): Promise<number> {
  const key = sql.raw(table === 'jobs' ? 'id' : 'job_id');
  return await count(sql`select count(*)::int as n from ${sql.raw(table)} where ${key} = ${id}`);
}

function feedOf(id: Id<'job'>): Promise<number> {
  return count(sql`select ((select count(*) from live_topics where topic = ${`job:${id}`}) +
    (select count(*) from live_events where topic = ${`job:${id}`}))::int as n`);
}

async function journalOf(id: Id<'job'>): Promise<number> {
  const { rows } = await bench.database.pool.query<{ n: number }>(
    'select count(*)::int as n from dbos.workflow_status where workflow_uuid = $1',
    [id],
  );
  return rows[0]?.n ?? -1;
}

async function count(query: ReturnType<typeof sql>): Promise<number> {
  const { rows } = await bench.database.asSystem((db) => db.execute<{ n: number }>(query));
  return rows[0]?.n ?? -1;
}
