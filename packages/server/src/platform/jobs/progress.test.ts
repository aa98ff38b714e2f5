import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createProgressReporter, type Progress } from './progress.ts';

let written: Progress[];
beforeEach(() => {
  vi.useFakeTimers();
  written = [];
});
afterEach(() => {
  vi.useRealTimers();
});

const start = { percent: 0, message: null };
const write = async (progress: Progress) => {
  written.push(progress);
};

test('a thousand reports in a second are ten writes, and the last one is never lost (E12)', async () => {
  const reporter = createProgressReporter(start, write, () => undefined);

  for (let n = 1; n <= 1000; n += 1) {
    reporter.report(n / 10, `file ${n}`);
    await vi.advanceTimersByTimeAsync(1);
  }
  await reporter.flush();

  expect(written.length).toBeLessThanOrEqual(11);
  expect(written.length).toBeGreaterThanOrEqual(10);
  expect(written.at(-1)).toEqual({ percent: 100, message: 'file 1000' });
});

test('values outside of 0 to 100, and those that go back, are brought into line', async () => {
  const reporter = createProgressReporter(start, write, () => undefined);

  for (const value of [-5, 250, 30, Number.NaN]) {
    reporter.report(value);
    await reporter.flush();
  }

  expect(written.map((progress) => progress.percent)).toEqual([100]);
});

test('a write that fails is reported and does not end the job', async () => {
  const failures: unknown[] = [];
  const reporter = createProgressReporter(
    start,
    () => Promise.reject(new Error('away')),
    (error) => failures.push(error),
  );

  reporter.report(10);
  await reporter.flush();

  expect(failures).toHaveLength(1);
});
