import type { Id } from '@yudai/contract';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#kernel/ids.ts';
import { type JobsBench, openJobsBench } from '#testing/jobs-bench.ts';

let bench: JobsBench;
beforeAll(async () => {
  bench = await openJobsBench({ openPerOwner: 1_000_000 });
});
afterAll(() => bench.close());

test('with 10,000 jobs of one person in the queue, another person is the next to start (R7 J10)', async () => {
  const order: unknown[] = [];
  const first = Promise.withResolvers<void>();
  const others = Promise.withResolvers<void>();
  bench.kind({
    concurrency: 1,
    run: async (run) => {
      order.push(run.payload);
      if (order.length === 1) await first.promise;
      if (run.payload === 'Bob') others.resolve();
      return {};
    },
  });
  await flood(10_000);
  const bob = await addPerson('Bob');
  await bench.launch();
  await expect.poll(() => order.length, { timeout: 60_000 }).toBe(1);

  const job = await bench.database.asUser(bob, (db) =>
    bench.jobs.start(db, { kind: 'project.connect', ownerId: bob, projectId: null, title: 'B', payload: 'Bob' }),
  );
  first.resolve();
  await others.promise;

  expect(job.status).toBe('queued');
  expect(order.indexOf('Bob')).toBeLessThanOrEqual(2);
  await bench.database.asSystem((db) => db.execute(sql`delete from jobs where status = 'queued'`));
  await bench.jobs.drain();
});

/** Jobs of the local owner, as many starts would leave them. */
async function flood(many: number): Promise<void> {
  const sample = await bench.start({ payload: 'Ada' });
  await bench.database.asSystem((db) =>
    db.execute(sql`
      insert into jobs (id, owner_id, kind, title, payload, status, origin_node, remaining_ms, created_at)
      select 'job_' || lpad(n::text, 26, '0'), owner_id, kind, title, payload, status, origin_node, remaining_ms, created_at
      from jobs, generate_series(1, ${many}::int) as n where id = ${sample.id}`),
  );
}

async function addPerson(name: string): Promise<Id<'user'>> {
  const id = newId('user', new Date());
  await bench.database.asSystem((db) =>
    db.execute(sql`insert into users (id, name, created_at) values (${id}, ${name}, now())`),
  );
  return id;
}
