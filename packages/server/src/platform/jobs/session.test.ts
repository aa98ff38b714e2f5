import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '#kernel/clock.ts';
import { createSession } from '#platform/jobs/session.ts';
import type { JobRow } from '#platform/jobs/store.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function running(): JobRow {
  const deadlineAt = new Date(Date.now() + 3_600_000);
  // A session reads only what concerns its running.
  return { id: 'job_x', status: 'running', runToken: 'a', remainingMs: 3_600_000, deadlineAt } as unknown as JobRow;
}

test('a job that runs past its deadline is stopped (J13)', () => {
  const session = createSession(running(), systemClock);

  vi.advanceTimersByTime(3_600_001);

  expect(session.stopReason()).toBe('deadline');
  expect(session.signal.aborted).toBe(true);
});

test('a job that is over leaves no timer behind, which would keep a stopping server alive (R16)', () => {
  const session = createSession(running(), systemClock);

  session.end();
  session.grant(running());

  expect(vi.getTimerCount()).toBe(0);
  expect(session.signal.aborted).toBe(false);
});
