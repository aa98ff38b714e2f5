import type { Question } from '@yudai/contract';
import { type Exceeded, exceededOf } from '#platform/jobs/budget.ts';
import { charge, type ChargedLevel, LostJobError } from '#platform/jobs/charge.ts';
import type { JobParts } from '#platform/jobs/end-job.ts';
import type { Session } from '#platform/jobs/session.ts';

/** A level that is used up, as a question to the person. */
interface Demand {
  readonly key: string;
  readonly question: Question;
}

/** Counts what one run of a job uses. */
export interface Meter {
  /** Charges micro-dollars, and the running time since the last charge. Says which level must be asked about, if any. */
  charge(micros: number): Promise<Demand | undefined>;
}

export function createMeter(parts: JobParts, session: Session): Meter {
  const { database } = parts;
  const { ownerId } = session.row();
  let leftMs = session.remainingMs();

  return {
    async charge(micros) {
      if (!Number.isSafeInteger(micros) || micros < 0) throw new Error('Money is spent in whole micro-dollars.');
      const before = leftMs;
      leftMs = session.remainingMs();
      const use = { micros, ms: Math.max(0, Math.round(before - leftMs)) };
      const levels = await database
        .asUser(ownerId, (db) => charge(db, session.row(), session.token(), use))
        .catch((error: unknown) => {
          if (!(error instanceof LostJobError)) throw error;
          session.stop('lost');
          return [];
        });
      session.signal.throwIfAborted();
      const exceeded = exceededOf(levels);
      return exceeded === undefined ? undefined : toDemand(exceeded, session.row().id);
    },
  };
}

/** Questions with such a key are answered to the jobs, not to the work. */
export const budgetKey = 'budget:';

function toDemand({ level, limit }: Exceeded<ChargedLevel>, jobId: string): Demand {
  const isMoney = limit === 'money';
  const [spent, allowed] = isMoney ? [level.spentMicros, level.limitMicros ?? 0] : [level.spentMs, level.limitMs ?? 0];
  const inWords = isMoney ? toDollars : toMinutes;
  const whose = whoseOf(level, jobId);
  return {
    key: `${budgetKey}${level.id}:${limit}:${spent}`,
    question: {
      id: 'budget',
      text: `${whose.subject} ${isMoney ? 'spent' : 'run for'} ${inWords(spent)} of the ${inWords(allowed)} ${whose.may}. How should it go on?`,
      why: 'It waits at its budget so that nothing is used without you.',
      kind: 'choice',
      options: [
        { value: 'raise', label: `Raise the budget to ${inWords(spent + allowed)}` },
        { value: 'stop', label: 'Stop the job', detail: 'What its finished steps made is kept.' },
      ],
    },
  };
}

function whoseOf({ name, id }: ChargedLevel, jobId: string): { subject: string; may: string } {
  switch (name) {
    case 'person':
      return { subject: 'All your jobs have', may: 'they may together' };
    case 'project':
      return { subject: 'The jobs of this project have', may: 'they may together' };
    case 'job':
      return id === jobId
        ? { subject: 'This job has', may: 'it may' }
        : { subject: 'The job that this one belongs to has', may: 'it may' };
  }
}

function toDollars(micros: number): string {
  return `$${(micros / 1_000_000).toFixed(micros < 10_000 ? 4 : 2)}`;
}

function toMinutes(ms: number): string {
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} seconds` : `${(ms / 60_000).toFixed(1)} minutes`;
}
