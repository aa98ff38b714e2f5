import type { Answer, Question } from '@yudai/contract';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type JobsBench, openJobsBench } from '#testing/jobs-bench.ts';
import type { JobRun } from './definition.ts';

let bench: JobsBench;
beforeAll(async () => {
  bench = await openJobsBench();
});
beforeEach(() => bench.restart(0));
afterAll(() => bench.close());

const nothing = async () => ({});

describe('questions', () => {
  const questions: Question[] = [
    { id: 'name', text: 'What is it called?', kind: 'text' },
    { id: 'size', text: 'How large?', kind: 'choice', options: ['s', 'm'].map((value) => ({ value, label: value })) },
  ];
  const answers: Answer[] = [
    { questionId: 'name', answer: 'Tea' },
    { questionId: 'size', answer: 's' },
  ];
  const asking = { run: async (run: JobRun<unknown>) => ({ answers: await run.ask(questions) }) };

  test('answers resume the same job, and waiting is told once (J7 E12)', async () => {
    bench.kind(asking);
    await bench.launch();
    const { id } = await bench.start();
    await bench.untilStatus(id, 'waiting_for_input');

    expect(await bench.jobs.get(bench.ctx, id)).toMatchObject({ questions, deadlineAt: null });
    await bench.jobs.respond(bench.ctx, id, answers);
    await bench.jobs.drain();

    expect(await bench.jobs.get(bench.ctx, id)).toMatchObject({ status: 'completed', result: { answers }, attempt: 1 });
    const events = await bench.live.read(bench.ctx, `job:${id}`, 0, 100);
    expect(events.filter((event) => event.type === 'status' && event.data.status === 'waiting_for_input')).toHaveLength(
      1,
    );
    await expect(bench.jobs.respond(bench.ctx, id, answers)).rejects.toMatchObject({ code: 'conflict' });
  });

  test('a job that waits is answered after a restart, or while nothing runs (J2 J7)', async () => {
    bench.kind(asking);
    await bench.launch();
    const while1 = await bench.start();
    const while2 = await bench.start();
    await bench.untilStatus(while1.id, 'waiting_for_input');
    await bench.untilStatus(while2.id, 'waiting_for_input');

    await bench.restart(0);
    bench.kind(asking);
    await bench.jobs.respond(bench.ctx, while1.id, answers);
    await bench.launch();
    await bench.jobs.drain();
    await bench.jobs.respond(bench.ctx, while2.id, answers);
    await bench.jobs.drain();

    for (const { id } of [while1, while2]) {
      expect(await bench.jobs.get(bench.ctx, id)).toMatchObject({ status: 'completed', result: { answers } });
    }
  });

  test('answers that do not fit are refused by field and the job waits on (J7)', async () => {
    bench.kind(asking);
    await bench.launch();
    const { id } = await bench.start();
    await bench.untilStatus(id, 'waiting_for_input');

    const refused = bench.jobs.respond(bench.ctx, id, [
      { questionId: 'size', answer: 'xxl' },
      { questionId: 'colour', answer: true },
    ]);

    await expect(refused).rejects.toMatchObject({
      code: 'invalid_input',
      details: { fields: { size: expect.any(String), colour: expect.any(String), name: expect.any(String) } },
    });
    expect((await bench.jobs.get(bench.ctx, id)).status).toBe('waiting_for_input');
    await bench.jobs.cancel(bench.ctx, id);
  });

  test('a waiting job holds no slot', async () => {
    bench.kind({
      ...asking,
      concurrency: 1,
      run: async (run) => (run.payload === 'ask' ? asking.run(run) : nothing()),
    });
    await bench.launch();
    const waiting = await bench.start({ payload: 'ask' });
    await bench.untilStatus(waiting.id, 'waiting_for_input');

    const other = await bench.start();
    await bench.jobs.drain();

    expect((await bench.jobs.get(bench.ctx, other.id)).status).toBe('completed');
    expect((await bench.jobs.get(bench.ctx, waiting.id)).status).toBe('waiting_for_input');
    await bench.jobs.cancel(bench.ctx, waiting.id);
  });

  test('a job over its budget asks, and goes on or ends as it is told', async () => {
    const run = async (job: JobRun<unknown>) => {
      for (const step of ['a', 'b', 'c']) await job.step(step, () => job.spend(400));
      return {};
    };
    bench.kind({ run });
    await bench.launch();
    const raised = await bench.start({ budgetMicros: 500 });
    const stopped = await bench.start({ budgetMicros: 500 });

    for (const [{ id }, answer] of [
      [raised, 'raise'],
      [stopped, 'stop'],
    ] as const) {
      await bench.untilStatus(id, 'waiting_for_input');
      await bench.jobs.respond(bench.ctx, id, [{ questionId: 'budget', answer }]);
    }
    await bench.jobs.drain();

    expect(await bench.jobs.get(bench.ctx, raised.id)).toMatchObject({
      status: 'completed',
      costMicros: 1200,
      budgetMicros: 1300,
    });
    expect(await bench.jobs.get(bench.ctx, stopped.id)).toMatchObject({ status: 'cancelled', costMicros: 800 });
  });
});
