import { spawn } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '#kernel/ids.ts';
import { type JobsBench, openJobsBench } from '#testing/jobs-bench.ts';
import type { JobRun } from './definition.ts';

let bench: JobsBench;
beforeAll(async () => {
  bench = await openJobsBench();
});
beforeEach(() => bench.restart(0));
afterAll(() => bench.close());

const nothing = async () => ({});
/** Work that goes on until it is told to stop. */
const untilStopped = async (run: JobRun<unknown>) =>
  run.step(
    'work',
    ({ signal }) => new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  );

describe('cancel and limits', () => {
  test('a cancelled job stops its child process before it says so; twice is the same as once (J9 J12)', async () => {
    let exited = false;
    const reached = Promise.withResolvers<void>();
    bench.kind({
      run: (run) =>
        run.step('sleep', async ({ signal }) => {
          const child = spawn('sleep', ['600'], { signal, killSignal: 'SIGKILL' });
          child.on('error', () => undefined);
          reached.resolve();
          await new Promise((resolve) => child.once('close', resolve));
          exited = true;
          signal.throwIfAborted();
          return {};
        }),
    });
    await bench.launch();
    const { id } = await bench.start();
    await reached.promise;

    const told = await bench.jobs.cancel(bench.ctx, id);
    await bench.jobs.cancel(bench.ctx, id);
    await bench.untilStatus(id, 'cancelled');

    expect(told).toMatchObject({ status: 'running', cancelRequested: true });
    expect(exited).toBe(true);
    const job = await bench.jobs.get(bench.ctx, id);
    expect(job).toMatchObject({ status: 'cancelled', error: null, steps: [{ status: 'cancelled' }] });
    expect(await bench.jobs.cancel(bench.ctx, id)).toMatchObject({ status: 'cancelled' });
  });

  test('a queued job that is cancelled never starts, a waiting one ends (J9)', async () => {
    const ran: unknown[] = [];
    bench.kind({
      concurrency: 1,
      run: async (run) => {
        ran.push(run.payload);
        return await untilStopped(run);
      },
    });
    await bench.launch();
    const first = await bench.start({ payload: 1 });
    await bench.untilStatus(first.id, 'running');
    const second = await bench.start({ payload: 2 });

    expect(await bench.jobs.cancel(bench.ctx, second.id)).toMatchObject({ status: 'cancelled' });
    await bench.jobs.cancel(bench.ctx, first.id);
    await bench.jobs.drain();

    expect(ran).toEqual([1]);
  });

  test('a finished job cannot be cancelled, in words (J9)', async () => {
    bench.kind({ run: nothing });
    await bench.launch();
    const { id } = await bench.start();
    await bench.jobs.drain();

    await expect(bench.jobs.cancel(bench.ctx, id)).rejects.toMatchObject({
      code: 'conflict',
      message: 'This job has completed already, so it cannot be cancelled.',
    });
  });

  test('work that does not listen is left behind, and its late outcome changes nothing (J12)', async () => {
    await bench.restart(0, { stopGraceMs: 20 });
    const late = Promise.withResolvers<Record<string, unknown>>();
    const reached = Promise.withResolvers<void>();
    bench.kind({
      run: (run) =>
        run.step('deaf', () => {
          reached.resolve();
          return late.promise;
        }),
    });
    await bench.launch();
    const { id } = await bench.start();
    await reached.promise;

    await bench.jobs.cancel(bench.ctx, id);
    await bench.untilStatus(id, 'cancelled');
    late.resolve({ late: true });

    expect(await bench.jobs.get(bench.ctx, id)).toMatchObject({ status: 'cancelled', result: null });
  });

  test('a job that takes too long is stopped and failed with the code timeout (J13 E13)', async () => {
    bench.kind({ deadlineMs: 50, run: untilStopped });
    await bench.launch();

    const { id } = await bench.start();
    await bench.jobs.drain();

    expect(await bench.jobs.get(bench.ctx, id)).toMatchObject({ status: 'failed', error: { code: 'timeout' } });
  });

  test('two at once means exactly two, and one a project means one (J10)', async () => {
    const projects = [newId('project', new Date()), newId('project', new Date())];
    let now = 0;
    let most = 0;
    const busy = new Set<unknown>();
    let crowded = false;
    const isSecond = Promise.withResolvers<void>();
    bench.kind({
      concurrency: 2,
      perProject: 1,
      run: async (run) => {
        most = Math.max(most, (now += 1));
        if (now === 2) isSecond.resolve();
        await isSecond.promise;
        crowded ||= busy.has(run.payload);
        busy.add(run.payload);
        await run.step('a', nothing);
        await run.step('b', nothing);
        busy.delete(run.payload);
        now -= 1;
        return {};
      },
    });
    await bench.launch();

    const started = [];
    for (let n = 0; n < 12; n += 1) {
      const projectId = projects[n < 8 ? 0 : 1] ?? null;
      started.push(await bench.start({ projectId, payload: projectId }));
    }
    await bench.jobs.drain();

    expect({ most, crowded }).toEqual({ most: 2, crowded: false });
    const { items } = await bench.jobs.list(bench.ctx, { limit: 12 });
    expect(items.every((job) => job.status === 'completed')).toBe(true);
    expect(items.map((job) => job.id)).toEqual(started.map((job) => job.id).toReversed());
  });

  test('a person may only have so many open jobs, those that wait for an answer too (R7)', async () => {
    await bench.restart(0, { openPerOwner: 2 });
    bench.kind({ run: async (run) => ({ answers: await run.ask([{ id: 'a', text: 'Which?', kind: 'text' }]) }) });
    await bench.launch();
    const first = await bench.start();
    const second = await bench.start();
    await bench.untilStatus(first.id, 'waiting_for_input');
    await bench.untilStatus(second.id, 'waiting_for_input');

    await expect(bench.start()).rejects.toMatchObject({ code: 'too_many_requests', details: { limit: 2 } });
    await bench.jobs.cancel(bench.ctx, first.id);
    const third = await bench.start();
    await bench.jobs.cancel(bench.ctx, second.id);
    await bench.jobs.cancel(bench.ctx, third.id);
    await bench.jobs.drain();
  });
});
