import { type ChatMessage, type Id, type Job, type ModelName, modelName } from '@yudai/contract';
import { z } from 'zod';
import type { Clock } from '#kernel/clock.ts';
import { newId } from '#kernel/ids.ts';
import type { Db } from '#platform/db/index.ts';
import type { Jobs } from '#platform/jobs/index.ts';
import type { Live } from '#platform/live/index.ts';
import { tellAgent, tellMessage, tellSession } from './announce.ts';
import { changeMessage, insertMessage, type MessageRow } from './message-store.ts';
import { changeSession, type SessionRow } from './store.ts';

export interface TurnDeps {
  readonly jobs: Pick<Jobs, 'start'>;
  readonly live: Live;
  readonly clock: Clock;
}

/** What the job of a turn is told; everything else it reads when it runs. */
export const turnPayload = z.strictObject({
  sessionId: z.string().transform((id) => id as Id<'session'>),
  /** The message that is answered. */
  questionId: z.string().transform((id) => id as Id<'message'>),
  /** The message that the answer is written to. */
  answerId: z.string().transform((id) => id as Id<'message'>),
  /** `provider/model`, when the person chose one. */
  model: modelName.nullable(),
});
export type TurnPayload = z.infer<typeof turnPayload>;

/**
 * Begins the turn that answers a message: an empty answer, the job that writes it, and the news of both. The caller holds the session's row and
 * has seen that no turn is under way. The job belongs to who asked; its title says nothing of what was said, because members see it.
 */
export async function startTurn(
  deps: TurnDeps,
  db: Db,
  session: SessionRow,
  question: MessageRow,
  { ownerId, model, again }: { ownerId: Id<'user'>; model: ModelName | null; again?: MessageRow | undefined },
): Promise<{ session: SessionRow; answer: ChatMessage; job: Job }> {
  const now = deps.clock.now();
  const answerId = again?.id ?? newId('message', now);
  const job = await deps.jobs.start(db, {
    kind: 'chat.turn',
    ownerId,
    projectId: session.projectId,
    title: 'DAifu answers',
    payload: { sessionId: session.id, questionId: question.id, answerId, model } satisfies TurnPayload,
  });
  const answer =
    again === undefined
      ? await insertMessage(db, {
          id: answerId,
          sessionId: session.id,
          parentId: question.id,
          role: 'assistant',
          status: 'streaming',
          parts: [],
          body: '',
          tokens: 0,
          jobId: job.id,
          createdAt: now,
        })
      : await restart(db, again, job.id);
  const changed = await changeSession(db, session.id, {
    headId: answerId,
    activeJobId: job.id,
    lastActivityAt: now,
    messageCount: session.messageCount + (again === undefined ? 1 : 0),
  });
  const told = await tellMessage(deps, db, changed, answer, again === undefined ? 'added' : 'updated');
  // Who opens the conversation before the first words are kept, follows from here.
  await changeMessage(db, answerId, { streamSeq: told.seq });
  await tellSession(deps, db, changed);
  await tellAgent(deps, db, changed, {
    status: 'processing',
    task: 'Reading the question',
    startedAt: now.toISOString(),
    jobId: job.id,
  });
  return { session: changed, answer: told.message, job };
}

/** An answer that failed is written again in its place. */
async function restart(db: Db, row: MessageRow, jobId: Id<'job'>): Promise<MessageRow> {
  const empty = { parts: [], body: '', tokens: 0, citations: [], error: null, context: null, streamSeq: null };
  return (await changeMessage(db, row.id, { ...empty, status: 'streaming', jobId })) ?? row;
}

/**
 * After a turn: takes the next message that waits and begins its turn. It follows whatever is the end of the conversation by then. Returns the
 * session as it is afterwards.
 */
export async function startWaiting(
  deps: TurnDeps,
  db: Db,
  session: SessionRow,
  waiting: readonly MessageRow[],
): Promise<SessionRow> {
  const [next] = waiting;
  if (next === undefined) return session;
  const question = await changeMessage(db, next.id, { status: 'complete', mode: null, parentId: session.headId });
  if (question === undefined) return session;
  const moved = await changeSession(db, session.id, { headId: question.id });
  await tellMessage(deps, db, moved, question, 'updated');
  const ownerId = question.authorId ?? session.ownerId;
  return (await startTurn(deps, db, moved, question, { ownerId, model: question.model })).session;
}
