import { type JobStatus, jobStatuses } from '@yudai/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isFinished, mayMove, sourcesOf, stampsOf } from './job-states.ts';

interface Life {
  readonly status: JobStatus;
  readonly startedAt: Date | undefined;
  readonly finishedAt: Date | undefined;
}

/** What the guarded update does: nothing, unless the move is allowed. */
function step(life: Life, to: JobStatus, now: Date): Life {
  if (!sourcesOf(to).includes(life.status)) return life;
  const stamps = stampsOf(to, now);
  return {
    status: to,
    startedAt: life.startedAt ?? stamps.startedAt,
    finishedAt: stamps.finishedAt ?? life.finishedAt,
  };
}

test('whatever is asked of a job in whatever order, its life makes sense (J1 M26)', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...jobStatuses), { maxLength: 40 }), (wishes) => {
      let life: Life = { status: 'queued', startedAt: undefined, finishedAt: undefined };
      for (const [index, wish] of wishes.entries()) {
        const before = life;
        life = step(life, wish, new Date(index));
        expect(problemsOf(before, life)).toEqual([]);
      }
    }),
    { seed: 20_261_121, numRuns: 500 },
  );
});

test('completed, failed and cancelled are for ever; everything else can be cancelled (J9)', () => {
  for (const status of jobStatuses) {
    expect(isFinished(status)).toBe(['completed', 'failed', 'cancelled'].includes(status));
    expect(mayMove(status, 'cancelled')).toBe(!isFinished(status));
  }
});

function problemsOf(before: Life, after: Life): string[] {
  const waitsFromNowhere = after.status === 'waiting_for_input' && before.status !== 'running' && before !== after;
  const rules = {
    'a finished job changed': isFinished(before.status) && before !== after,
    'the start moved': before.startedAt !== undefined && before.startedAt !== after.startedAt,
    'the end is stamped wrongly': (after.finishedAt !== undefined) !== isFinished(after.status),
    'it ran without a start':
      ['running', 'completed', 'waiting_for_input'].includes(after.status) && after.startedAt === undefined,
    'it waits without having run': waitsFromNowhere,
  };
  return Object.entries(rules).flatMap(([rule, broken]) => (broken ? [rule] : []));
}
