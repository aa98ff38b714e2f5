import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '#kernel/app-error.ts';
import { type JobsBench, openJobsBench } from '#testing/jobs-bench.ts';
import { type JobRun, TransientError } from './definition.ts';

let bench: JobsBench;
beforeAll(async () => {
  bench = await openJobsBench();
});
beforeEach(() => bench.restart(0));
afterAll(() => bench.close());

const nothing = async () => ({});

describe('the life of a job', () => {
  test('a job goes from queued to completed with stamps, progress and result (J1 M26 E12)', async () => {
    bench.kind({
      async run(run) {
        const words = await run.step('read', async () => ['one', 'two']);
        run.progress(50, 'counting');
        return { words: words.length };
      },
    });
    await bench.launch();

    const started = await bench.start();
    await bench.jobs.drain();

    const job = await bench.jobs.get(bench.ctx, started.id);
    expect(started).toMatchObject({ status: 'queued', progress: 0, startedAt: null, queuePosition: 1 });
    expect(job).toMatchObject({ status: 'completed', progress: 100, result: { words: 2 }, error: null, attempt: 1 });
    expect(job.steps).toMatchObject([{ name: 'read', status: 'completed', attempt: 1 }]);
    expect([job.createdAt, job.startedAt, job.finishedAt].every((at) => at !== null)).toBe(true);
    expect(await bench.eventsOf(started.id)).toEqual([
      'status',
      'status',
      'step',
      'step',
      'progress',
      'result',
      'status',
    ]);
  });

  test('a job that was not committed never existed (J2)', async () => {
    let ran = 0;
    bench.kind({ run: async () => ({ ran: (ran += 1) }) });
    await bench.launch();

    const rollback = bench.database.asUser(bench.ctx.actor.userId, async (db) => {
      await bench.jobs.start(db, {
        kind: 'project.connect',
        ownerId: bench.ctx.actor.userId,
        projectId: null,
        title: 'Never',
        payload: {},
      });
      throw new AppError('conflict', 'Changed my mind.');
    });
    await expect(rollback).rejects.toMatchObject({ code: 'conflict' });
    await bench.jobs.drain();

    expect(ran).toBe(0);
  });

  test('progress never goes back and its last value is told (J1)', async () => {
    bench.kind({
      async run(run) {
        for (const percent of [10, 40, 20, 70, 60]) run.progress(percent, `at ${percent}`);
        return await nothing();
      },
    });
    await bench.launch();

    const { id } = await bench.start();
    await bench.jobs.drain();

    const events = await bench.live.read(bench.ctx, `job:${id}`, 0, 100);
    const told = events.flatMap((event) => (event.type === 'progress' ? [event.data.progress] : []));
    expect(told).toEqual([70]);
  });

  test('an unexpected error reaches the person as a general sentence, an expected one in its words (N10 I10)', async () => {
    const errors: unknown[] = [new Error('select * from secrets'), new AppError('unavailable', 'The forge is down.')];
    bench.kind({
      concurrency: 1,
      run: async () => {
        throw errors.shift();
      },
    });
    await bench.launch();

    const first = await bench.start();
    const second = await bench.start();
    await bench.jobs.drain();

    const defect = await bench.jobs.get(bench.ctx, first.id);
    expect(defect).toMatchObject({ status: 'failed', error: { code: 'internal' } });
    expect(JSON.stringify(defect)).not.toContain('secrets');
    expect(await bench.jobs.get(bench.ctx, second.id)).toMatchObject({
      status: 'failed',
      error: { code: 'unavailable', message: 'The forge is down.' },
    });
    expect((await bench.eventsOf(first.id)).slice(-2)).toEqual(['error', 'status']);
  });

  test('the end of a job and what its kind does then are one transaction; a broken end still ends it (J1)', async () => {
    const seen: string[] = [];
    bench.kind({
      run: nothing,
      async onEnd(_db, job) {
        seen.push(job.status);
        if (job.title === 'broken') throw new Error('the end is broken');
        return await Promise.resolve();
      },
    });
    await bench.launch();

    const good = await bench.start();
    const broken = await bench.start({ title: 'broken' });
    await bench.jobs.drain();

    expect(seen.toSorted()).toEqual(['completed', 'completed']);
    expect((await bench.jobs.get(bench.ctx, good.id)).status).toBe('completed');
    expect(await bench.jobs.get(bench.ctx, broken.id)).toMatchObject({ status: 'failed', error: { code: 'internal' } });
  });

  test('only a failed or cancelled job is retried, as a new one with the same payload', async () => {
    let healthy = false;
    const payloads: unknown[] = [];
    bench.kind({
      run: async (run) => {
        payloads.push(run.payload);
        if (!healthy) throw new AppError('upstream_failed', 'Not yet.');
        return await nothing();
      },
    });
    await bench.launch();
    const first = await bench.start({ payload: { of: 7 } });
    await bench.jobs.drain();

    healthy = true;
    const second = await bench.jobs.retry(bench.ctx, first.id);
    await bench.jobs.drain();

    expect(second).toMatchObject({ retryOf: first.id, status: 'queued' });
    expect(await bench.jobs.get(bench.ctx, second.id)).toMatchObject({ status: 'completed', attempt: 1 });
    expect(payloads).toEqual([{ of: 7 }, { of: 7 }]);
    await expect(bench.jobs.retry(bench.ctx, second.id)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('steps', () => {
  test('only transient errors are tried again, with the same key and a counted attempt (J10)', async () => {
    const keys: string[] = [];
    bench.kind({
      async run(run) {
        return await run.step(
          'call',
          async ({ key, attempt }) => {
            keys.push(key);
            if (attempt < 3) throw new TransientError('The model is busy.');
            return { attempt };
          },
          { backoffMs: 1 },
        );
      },
    });
    await bench.launch();

    const { id } = await bench.start();
    await bench.jobs.drain();

    const job = await bench.jobs.get(bench.ctx, id);
    expect(job).toMatchObject({ status: 'completed', result: { attempt: 3 }, steps: [{ attempt: 3 }] });
    expect(keys).toEqual([`${id}:call`, `${id}:call`, `${id}:call`]);
  });

  test('another error ends the step at once and is told in its words', async () => {
    let tries = 0;
    bench.kind({
      run: (run) =>
        run.step('call', async () => {
          tries += 1;
          throw new AppError('forbidden', 'The key was refused.');
        }),
    });
    await bench.launch();

    const { id } = await bench.start();
    await bench.jobs.drain();

    const error = { code: 'forbidden', message: 'The key was refused.' };
    expect(tries).toBe(1);
    expect(await bench.jobs.get(bench.ctx, id)).toMatchObject({
      status: 'failed',
      error,
      steps: [{ status: 'failed', error }],
    });
  });

  test('a result too large for the journal, or a name used twice, is a defect that the job survives as failed', async () => {
    bench.kind({
      async run(run) {
        if (run.payload === 'large') await run.step('a', async () => 'x'.repeat(1_100_000));
        await run.step('a', nothing);
        return await run.step('a', nothing);
      },
    });
    await bench.launch();

    const large = await bench.start({ payload: 'large' });
    const twice = await bench.start({ payload: 'twice' });
    await bench.jobs.drain();

    for (const { id } of [large, twice]) {
      expect(await bench.jobs.get(bench.ctx, id)).toMatchObject({ status: 'failed', error: { code: 'internal' } });
    }
  });

  test('after a restart finished steps are not run again and the one in flight is, with the same key (J10)', async () => {
    const calls: string[] = [];
    const reached = Promise.withResolvers<void>();
    const run = (finish: boolean) => async (run: JobRun<unknown>) => {
      const first = await run.step('first', async ({ key, attempt }) => {
        calls.push(`${key.split(':')[1]}#${attempt}`);
        return { made: 'once' };
      });
      await run.step('second', async ({ key, attempt, signal }) => {
        calls.push(`${key.split(':')[1]}#${attempt}`);
        reached.resolve();
        if (!finish) await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      });
      return first;
    };
    bench.kind({ run: run(false) });
    await bench.launch();
    const { id } = await bench.start();
    await reached.promise;

    await bench.restart(0);
    expect((await bench.jobs.get(bench.ctx, id)).status).toBe('queued');
    bench.kind({ run: run(true) });
    await bench.launch();
    await bench.jobs.drain();

    const job = await bench.jobs.get(bench.ctx, id);
    expect(calls).toEqual(['first#1', 'second#1', 'second#2']);
    expect(job).toMatchObject({ status: 'completed', result: { made: 'once' } });
    expect(job.steps).toMatchObject([
      { name: 'first', attempt: 1, status: 'completed' },
      { name: 'second', attempt: 2, status: 'completed' },
    ]);
  });

  test('steps that ran side by side are found again by name, in whichever order the next run comes to them (J2)', async () => {
    const calls: string[] = [];
    const reached = Promise.withResolvers<void>();
    const run = (names: readonly string[], finish: boolean) => async (run: JobRun<unknown>) => {
      const made = await Promise.all(
        names.map((name) =>
          run.step(name, async () => {
            calls.push(name);
            return `by ${name}`;
          }),
        ),
      );
      await run.step('last', async ({ signal }) => {
        reached.resolve();
        if (!finish) await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      });
      return { made };
    };
    bench.kind({ run: run(['one', 'two', 'three'], false) });
    await bench.launch();
    const { id } = await bench.start();
    await reached.promise;

    await bench.restart(0);
    bench.kind({ run: run(['three', 'one', 'two'], true) });
    await bench.launch();
    await bench.jobs.drain();

    expect(calls.toSorted()).toEqual(['one', 'three', 'two']);
    expect(await bench.jobs.get(bench.ctx, id)).toMatchObject({
      status: 'completed',
      result: { made: ['by three', 'by one', 'by two'] },
    });
  });
});
