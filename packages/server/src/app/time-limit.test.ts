// One database is enough: none of this opens one.
import { expect, onTestFinished, test, vi } from 'vitest';
import { createTimeLimit } from './time-limit.ts';

test('minutes of work are counted, and not those that a person takes to answer (H4)', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const end = vi.fn<() => void>();
  using limit = createTimeLimit(10, end);

  await vi.advanceTimersByTimeAsync(4 * 60_000);
  const answer = Promise.withResolvers<string>();
  const asked = limit.pausedFor(() => answer.promise);
  await vi.advanceTimersByTimeAsync(60 * 60_000);
  answer.resolve('Go on');
  expect(await asked).toBe('Go on');
  await vi.advanceTimersByTimeAsync(6 * 60_000 - 1);

  expect(end).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(end).toHaveBeenCalledOnce();
});

test('who answers after the end starts nothing again', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const end = vi.fn<() => void>();
  const answer = Promise.withResolvers<void>();
  const limit = createTimeLimit(1, end);

  const asked = limit.pausedFor(() => answer.promise);
  limit[Symbol.dispose]();
  answer.resolve();
  await asked;

  expect(vi.getTimerCount()).toBe(0);
});
