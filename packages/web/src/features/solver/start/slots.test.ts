import { expect, test } from 'vitest';
import { slotsOf } from '#features/solver/start/slots.ts';

const limits = { concurrent: 3, minutes: 30, steps: 50, openPerPerson: 10, openPerProject: 20 };

test.each([
  [0, 0, '0 of 3 solves running; yours begins at once.'],
  [2, 0, '2 of 3 solves running; yours begins at once.'],
  [3, 0, '3 of 3 solves running; yours will be 1st in the queue.'],
  [3, 1, '3 of 3 solves running; yours will be 2nd in the queue.'],
  [3, 10, '3 of 3 solves running; yours will be 11th in the queue.'],
  // Two were freed this moment, and two that wait go first.
  [1, 2, '1 of 3 solves running; yours will be 3rd in the queue.'],
])('with %i running and %i waiting it says: %s', (running, queued, words) => {
  expect(slotsOf({ running, queued, limits })).toBe(words);
});
