import type { Id, Job } from '@yudai/contract';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Context } from '#kernel/context.ts';
import { newId } from '#kernel/ids.ts';
import { type JobsBench, openJobsBench } from '#testing/jobs-bench.ts';

let bench: JobsBench;
const free = { limitMicros: null, limitMs: null };
beforeAll(async () => {
  bench = await openJobsBench();
});
beforeEach(async () => {
  await bench.restart(0);
  await limit({}, free);
});
afterAll(() => bench.close());

const spending = {
  async run(run: {
    step(name: string, work: () => Promise<void>): Promise<void>;
    spend(micros: number): Promise<void>;
  }) {
    for (const name of ['a', 'b', 'c']) await run.step(name, () => run.spend(400));
    return {};
  },
};

test('a project pauses its jobs where they have spent what they may together, and a raise lets all of them go on', async () => {
  const projectId = await makeProject();
  bench.kind(spending);
  await bench.launch();
  await limit({ projectId }, { limitMicros: 1000, limitMs: null });

  const first = await bench.start({ projectId });
  const paused = await waiting(first);
  const second = await bench.start({ projectId });
  await waiting(second);
  const elsewhere = await bench.start();
  await bench.untilStatus(elsewhere.id, 'completed');
  await answer(first, 'raise');
  await answer(second, 'raise');
  await bench.untilStatus(first.id, 'completed');
  await finish(second);

  expect(paused.questions?.[0]?.text).toMatch(/^The jobs of this project have spent \$0\.0012 of the \$0\.0010/);
  expect((await bench.jobs.get(bench.ctx, first.id)).costMicros).toBe(1200);
  expect((await bench.jobs.get(bench.ctx, second.id)).costMicros).toBe(1200);
});

test('what one member uses in a project, the others have not left; whoever of them raises it lets it go on for all', async () => {
  const bob = await addPerson();
  const projectId = await makeProject(bob.actor.userId);
  bench.kind({ run: async (run) => run.step('all', () => run.spend(600)).then(() => ({})) });
  await bench.launch();
  await limit({ projectId }, { limitMicros: 1000, limitMs: null });

  const mine = await bench.start({ projectId });
  await bench.untilStatus(mine.id, 'completed');
  const his = await bench.start({ projectId, ownerId: bob.actor.userId });
  const paused = await waiting(his);
  await answer(his, 'raise');
  await bench.untilStatus(his.id, 'completed');
  const after = await bench.start({ projectId, ownerId: bob.actor.userId });
  await bench.untilStatus(after.id, 'completed');

  expect(paused.questions?.[0]?.text).toMatch(/^The jobs of this project have spent \$0\.0012 of the \$0\.0010/);
  expect(await bench.jobs.get(bob, after.id)).toMatchObject({ status: 'completed', costMicros: 600 });
});

test('what somebody may use in all is raised by nobody else, and is no business of the others', async () => {
  const bob = await addPerson();
  const projectId = await makeProject(bob.actor.userId);
  bench.kind({ run: async (run) => run.step('all', () => run.spend(600)).then(() => ({})) });
  await bench.launch();
  await bench.database.asUser(bob.actor.userId, (db) =>
    bench.jobs.setBudget(db, { ownerId: bob.actor.userId }, { limitMicros: 500, limitMs: null }),
  );

  const his = await bench.start({ projectId, ownerId: bob.actor.userId });
  await waiting(his);
  const mine = await bench.start({ projectId });
  await bench.untilStatus(mine.id, 'completed');

  await expect(answer(his, 'raise')).rejects.toMatchObject({ code: 'forbidden' });
  await bench.jobs.respond(bob, his.id, [{ questionId: 'budget', answer: 'raise' }]);
  await bench.untilStatus(his.id, 'completed');
});

test('a person is asked first, the project next and the job last, one level at a time', async () => {
  const projectId = await makeProject();
  bench.kind({ run: async (run) => run.step('all', () => run.spend(5000)).then(() => ({})) });
  await bench.launch();
  await limit({}, { limitMicros: 1, limitMs: null });
  await limit({ projectId }, { limitMicros: 1000, limitMs: null });

  const job = await bench.start({ projectId, budgetMicros: 100 });
  const asked: string[] = [];
  for (let n = 0; n < 3; n += 1) {
    asked.push((await waiting(job)).questions?.[0]?.text.split(' have ')[0]?.split(' has ')[0] ?? '');
    await answer(job, 'raise');
  }
  await bench.untilStatus(job.id, 'completed');

  expect(asked).toEqual(['All your jobs', 'The jobs of this project', 'This job']);
});

test('what a job inside of another uses counts at both, and stopping one leaves the other', async () => {
  bench.kind(spending);
  await bench.launch();
  const parent = await bench.start({ budgetMicros: 1500 });
  await bench.untilStatus(parent.id, 'completed');

  const child = await bench.start({ parentId: parent.id, budgetMicros: 5000 });
  const paused = await waiting(child);
  await answer(child, 'stop');
  await bench.jobs.drain();

  expect(paused.questions?.[0]?.text).toMatch(/^The job that this one belongs to has spent/);
  expect(await bench.jobs.get(bench.ctx, child.id)).toMatchObject({ status: 'cancelled', costMicros: 400 });
  expect(await bench.jobs.get(bench.ctx, parent.id)).toMatchObject({ status: 'completed', costMicros: 1600 });
});

test('a job that has run for as long as it may waits instead of being killed, and goes on with more time', async () => {
  bench.kind({
    async run(run) {
      const from = performance.now();
      await run.step('long', async () => {
        while (performance.now() - from < 60) await new Promise((resolve) => setImmediate(resolve));
      });
      return { done: true };
    },
  });
  await bench.launch();

  const job = await bench.start({ budgetMs: 50 });
  const paused = await waiting(job);
  await finish(job);

  expect(await bench.jobs.get(bench.ctx, job.id)).toMatchObject({ status: 'completed', result: { done: true } });
  expect(paused.questions?.[0]?.text).toMatch(/^This job has run for \d+\.\d seconds/);
  expect(paused.error).toBeNull();
});

async function addPerson(): Promise<Context> {
  const userId = newId('user', new Date());
  await bench.database.asSystem((db) =>
    db.execute(sql`insert into users (id, name, created_at) values (${userId}, 'Bob', now())`),
  );
  return { ...bench.ctx, actor: { userId, name: 'Bob', via: 'session' } };
}

/** A project of the one whose bench it is, and perhaps another member. */
async function makeProject(member?: Id<'user'>): Promise<Id<'project'>> {
  const id = newId('project', new Date());
  const { userId } = bench.ctx.actor;
  await bench.database.asSystem(async (db) => {
    await db.execute(sql`insert into projects (id, owner_id, name, origin, source_kind, source_address, status, created_at, updated_at)
      values (${id}, ${userId}, 'shared', 'connected', 'folder', '/x', 'ready', now(), now())`);
    for (const [person, role] of [[userId, 'owner'], ...(member === undefined ? [] : [[member, 'member']])]) {
      await db.execute(
        sql`insert into project_members (project_id, user_id, role, since) values (${id}, ${person}, ${role}, now())`,
      );
    }
  });
  return id;
}

async function limit(
  of: { projectId?: Id<'project'> },
  budget: { limitMicros: number | null; limitMs: number | null },
) {
  const ownerId = bench.ctx.actor.userId;
  await bench.database.asUser(ownerId, (db) => bench.jobs.setBudget(db, { ownerId, ...of }, budget));
}

/** The job as soon as it waits, and has not been answered since the last look. */
async function waiting({ id }: Job): Promise<Job> {
  await expect
    .poll(async () => (await bench.jobs.get(bench.ctx, id)).status, { timeout: 60_000 })
    .toBe('waiting_for_input');
  return await bench.jobs.get(bench.ctx, id);
}

async function answer({ id }: Job, word: 'raise' | 'stop'): Promise<void> {
  await bench.jobs.respond(bench.ctx, id, [{ questionId: 'budget', answer: word }]);
}

/** Raises whatever is asked until the job has ended. */
async function finish(job: Job): Promise<void> {
  for (;;) {
    await bench.jobs.drain();
    const { status } = await bench.jobs.get(bench.ctx, job.id);
    if (status !== 'waiting_for_input') return;
    await answer(job, 'raise');
  }
}
