import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '#kernel/app-error.ts';
import { type JobsBench, openJobsBench } from '#testing/jobs-bench.ts';
import { TransientError } from './definition.ts';

let bench: JobsBench;
beforeEach(async () => {
  bench = await openJobsBench();
});
afterEach(() => bench.close());

describe('the life of a job', () => {
  test('a job goes from queued to completed with stamps, progress and result (J1)', async () => {
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
    expect(started).toMatchObject({ status: 'queued', progress: 0, startedAt: null });
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
});
