import { type Answer, question, type Question } from '@yudai/contract';
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import type { JobRun } from '#platform/jobs/definition.ts';
import { createMeter } from '#platform/jobs/meter.ts';
import type { JobParts } from '#platform/jobs/end-job.ts';
import { announceStatus, notifyNodes } from '#platform/jobs/events.ts';
import { createProgressReporter, type ProgressReporter } from '#platform/jobs/progress.ts';
import type { StepRunner } from '#platform/jobs/run-steps.ts';
import type { Session } from '#platform/jobs/session.ts';
import { changeJob, moveJob, questionOf, saveQuestion } from '#platform/jobs/store.ts';
import { jobs } from '#platform/jobs/schema.ts';

/** What a job may ask at once; a mistake here is the program's, not the person's. */
const questionsToAsk = z
  .array(question)
  .min(1)
  .max(20)
  .refine(
    (questions) => new Set(questions.map((it) => it.id)).size === questions.length,
    'two questions have the same id',
  )
  .refine(
    (questions) => questions.every((it) => !it.kind.startsWith('choice') || (it.options?.length ?? 0) > 0),
    'a choice needs options',
  );

/** What the work of a job sees, and the reporter that has to be flushed before the job ends. */
export function createJobRun(
  parts: JobParts,
  session: Session,
  steps: StepRunner,
  payload: unknown,
): { readonly run: JobRun<unknown>; readonly reporter: ProgressReporter } {
  const row = session.row();
  const log = parts.log.child({ jobId: row.id, kind: row.kind });
  const reporter = createProgressReporter(
    { percent: row.progress, message: row.message },
    (progress) => writeProgress(parts, session, progress),
    (error) => log.warn({ error }, 'the progress of a job was not written'),
  );
  const meter = createMeter(parts, session);
  let asked = 0;
  let lastPause: Promise<unknown> = Promise.resolve();

  /** One question at a time: a job waits for one thing. */
  function pauseFor(key: string, questions: Question[]): Promise<Answer[]> {
    const turn = lastPause.then(() => waitForAnswers(parts, session, reporter, key, questions));
    lastPause = turn.catch(() => undefined);
    return turn;
  }

  /** Asks for each level that is used up, outermost first, until none is or the job is stopped. */
  async function spend(micros: number): Promise<void> {
    let exceeded = await meter.charge(micros);
    while (exceeded !== undefined) {
      await pauseFor(exceeded.key, [exceeded.question]);
      exceeded = await meter.charge(0);
    }
  }

  const run: JobRun<unknown> = {
    id: row.id,
    payload,
    ctx: { actor: { userId: row.ownerId, name: 'Yudai', via: 'job' }, signal: session.signal, requestId: row.id },
    log,
    async step<T>(...[name, work, options]: Parameters<JobRun<unknown>['step']>) {
      const { value, isTimed } = await steps.run(name, work, options);
      if (isTimed) await spend(0);
      // What is kept is JSON; that it is a T is what the caller's own work returned.
      return value as T;
    },
    progress: (percent, message) => reporter.report(percent, message),
    async ask(questions, name) {
      if (name === undefined) asked += 1;
      return await pauseFor(`ask:${name ?? asked}`, questionsToAsk.parse(questions));
    },
    spend: (micros) => spend(micros),
  };
  return { run, reporter };
}

async function writeProgress(
  parts: JobParts,
  session: Session,
  progress: { percent: number; message: string | null },
): Promise<void> {
  const { id, ownerId } = session.row();
  await parts.database.asUser(ownerId, async (db) => {
    const changes = { progress: sql`greatest(${jobs.progress}, ${progress.percent}::int)`, message: progress.message };
    const row = await changeJob(db, id, session.token(), changes);
    if (row === undefined) return;
    const data = { jobId: id, progress: row.progress, message: row.message };
    await parts.live.append(db, row, `job:${id}`, { type: 'progress', data });
  });
}

/** Puts the job into `waiting_for_input` until its questions are answered, unless they have been in an earlier life of it. */
async function waitForAnswers(
  parts: JobParts,
  session: Session,
  reporter: ProgressReporter,
  key: string,
  questions: Question[],
): Promise<Answer[]> {
  const { database, live, clock } = parts;
  const { id, ownerId } = session.row();
  session.signal.throwIfAborted();
  const earlier = await database.asUser(ownerId, (db) => questionOf(db, id, key));
  if (earlier?.answers) return earlier.answers;

  await reporter.flush();
  const remainingMs = session.remainingMs();
  session.hold();
  const held = await database.asUser(ownerId, async (db) => {
    const changes = { questions, questionKey: key, remainingMs };
    const row = await moveJob(db, id, 'waiting_for_input', { now: clock.now(), token: session.token(), changes });
    if (row === undefined) return false;
    const asked = { jobId: id, key, questions, answers: null, askedAt: clock.now(), answeredAt: null };
    await saveQuestion(db, asked);
    await announceStatus(db, live, row);
    await notifyNodes(db, 'queue', id);
    return true;
  });
  if (!held) session.stop('lost');
  await session.admitted();
  const answered = await database.asUser(ownerId, (db) => questionOf(db, id, key));
  if (!answered?.answers) throw new Error(`The job goes on without an answer to '${key}'.`);
  return answered.answers;
}
