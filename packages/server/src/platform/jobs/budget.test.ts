import { expect, test } from 'vitest';
import { type BudgetLevel, exceededOf, remainingOf } from './budget.ts';

const level = (name: BudgetLevel['name'], values: Partial<BudgetLevel>): BudgetLevel => ({
  name,
  limitMicros: null,
  spentMicros: 0,
  limitMs: null,
  spentMs: 0,
  ...values,
});

test('the tightest level decides what remains, and nothing remains below zero', () => {
  const levels = [
    level('person', { limitMicros: 1000, spentMicros: 400 }),
    level('project', { limitMicros: 5000, limitMs: 60_000, spentMs: 70_000 }),
    level('job', { limitMs: 10_000 }),
  ];

  expect(remainingOf(levels)).toEqual({ micros: 600, ms: 0 });
  expect(remainingOf([level('job', {})])).toEqual({ micros: null, ms: null });
});

test('spending exactly the limit is allowed, more is not, and the outermost level is told first', () => {
  const job = level('job', { limitMicros: 100, spentMicros: 101 });
  const person = level('person', { limitMs: 5, spentMs: 6 });

  expect(exceededOf([level('job', { limitMicros: 100, spentMicros: 100 })])).toBeUndefined();
  expect(exceededOf([job])).toEqual({ level: job, limit: 'money' });
  expect(exceededOf([job, person])).toEqual({ level: person, limit: 'time' });
});
