import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { AppError } from '#kernel/app-error.ts';
import { toErrorAnswer, toErrorBody } from '#platform/http/error-answer.ts';
import { scrubSecrets } from '#platform/log/index.ts';
import { type JobsBench, openJobsBench } from '#testing/jobs-bench.ts';
import { secretPart, secretShapes } from '#testing/secret-shapes.ts';

// The log has its own test. These are the other places where the words of a failure end up in front of somebody.

const shapes = Object.entries(secretShapes);
let bench: JobsBench;
beforeAll(async () => {
  bench = await openJobsBench();
});
beforeEach(() => bench.restart(0));
afterAll(() => bench.close());

test('there are at least 30 shapes (S17)', () => {
  expect(shapes.length).toBeGreaterThanOrEqual(30);
});

test.each(shapes)('%s reaches no error body, neither in its words nor in its details (S17 N10)', (_name, secret) => {
  const error = new AppError('upstream_failed', `The server said: ${secret}. Try again.`, {
    details: { url: secret, list: [{ deep: `x ${secret} y` }], limit: 3 },
    cause: new Error(secret),
  });

  const body = JSON.stringify(toErrorBody(toErrorAnswer(error), 'r1'));

  expect(body).toContain('[redacted]');
  expect(body).toContain('"limit":3');
  expect(body).not.toMatch(secretPart);
});

test('no shape reaches a job’s failure, its steps, its progress or its live events (S17 N10 R5)', async () => {
  const all = shapes.map(([, secret]) => secret);
  bench.kind({
    async run(run) {
      for (const secret of all) run.progress(1, `fetching with ${secret}`);
      await run.step('fail', async () => {
        throw new AppError('upstream_failed', `git said: ${all.join(' , ')}`);
      });
      return {};
    },
  });
  await bench.launch();

  const { id } = await bench.start();
  await bench.jobs.drain();

  const job = await bench.jobs.get(bench.ctx, id);
  const { rows } = await bench.database.asSystem((db) =>
    db.execute<{ text: string }>(
      `select data::text as text from live_events where topic like '%${id}%' or topic like 'user:%'`,
    ),
  );
  expect(job).toMatchObject({ status: 'failed', error: { code: 'upstream_failed' } });
  expect(job.error?.message).toContain('[redacted]');
  expect(JSON.stringify(job)).not.toMatch(secretPart);
  expect(rows.length).toBeGreaterThan(3);
  expect(rows.filter(({ text }) => secretPart.test(text))).toEqual([]);
});

test('control: each shape is seen where nobody takes it out', () => {
  expect(shapes.filter(([, secret]) => !secretPart.test(secret))).toEqual([]);
  expect(shapes.filter(([, secret]) => scrubSecrets(secret) === secret)).toEqual([]);
});
