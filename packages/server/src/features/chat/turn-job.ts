import type { Citation, Id, ModelCall, Project } from '@yudai/contract';
import {
  checkCitations,
  EmptyAnswerError,
  runChatTurn,
  textOf,
  type Transcript,
  writePrompt,
} from '@yudai/engine/chat-turn';
import { readingTools, type RepositoryReader } from '@yudai/engine/tools';
import type { Models } from '#features/models/index.ts';
import type { Projects } from '#features/projects/index.ts';
import { AppError, notFound } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import type { Db } from '#platform/db/index.ts';
import type { JobDefinition, JobRun } from '#platform/jobs/index.ts';
import { tellMessage, tellSession } from './announce.ts';
import { type AnswerDeps, createAnswer } from './answer.ts';
import { endTurn } from './end-turn.ts';
import type { Gather, Gathered } from './gather.ts';
import { changeMessage, type MessageRow, messageOf } from './message-store.ts';
import { type TurnPayload, turnPayload } from './start-turn.ts';
import {
  type AttachmentRow,
  attachmentsOfMessages,
  changeSession,
  lockSession,
  sessionOf,
  type SessionRow,
} from './store.ts';

export interface TurnJobDeps extends AnswerDeps {
  readonly projects: Pick<Projects, 'require'>;
  readonly models: Pick<Models, 'forJob'>;
  readonly gather: Gather;
  readonly readerOf: (ctx: Context, project: Project) => RepositoryReader;
}

/** `chat.turn`: gather what the model is given, let it answer step by step, check what it cites. */
export function createTurnJob(deps: TurnJobDeps): JobDefinition<TurnPayload> {
  return {
    kind: 'chat.turn',
    payload: turnPayload,
    mode: 'direct',
    concurrency: 100,
    perNode: 50,
    deadlineMs: 15 * 60_000,
    attempts: 3,
    run: (run) => runTurn(deps, run),
    onEnd: (db, job) => endTurn(deps, db, job),
    // Who asked may be a viewer by then, or be gone; the conversation belongs to others as well.
    endsAsSystem: true,
  };
}

async function runTurn(deps: TurnJobDeps, run: JobRun<TurnPayload>): Promise<Record<string, unknown>> {
  const { ctx, payload } = run;
  const turn = await readTurn(deps, run);
  const { session, question, project } = turn;
  // Not a step: what is gathered may be larger than what a step may keep, and is quickly gathered again.
  const gathered = await gather(deps, run, turn);
  const usage: ModelCall[] = [];
  const fresh: ModelCall[] = [];
  const model = deps.models.forJob(run, {
    role: 'chat',
    projectId: project.id,
    sessionId: session.id,
    candidate: payload.model,
    onCall: (call) => void fresh.push(call),
  });
  const answer = createAnswer(deps, run, session, payload.answerId, usage);
  try {
    const transcript = await runChatTurn(
      {
        model,
        prompt: writePrompt(project.name, gathered.blocks),
        history: gathered.history,
        question: question.body,
        tools: readingTools,
        reader: deps.readerOf(ctx, project),
      },
      answer.transcript,
      {
        // What a step used is kept with it, so that the answer knows after a crash as well. The model has tried again by itself.
        step: async (name, work) => {
          const take = async (step: { signal: AbortSignal; attempt: number }) => ({
            value: await work(step),
            used: fresh.splice(0),
          });
          const kept = await run.step(name, take, { attempts: 1 });
          usage.push(...kept.used);
          return kept.value;
        },
        steer: (number) => answer.steer(number),
        kept: () => answer.keep(),
      },
    );
    await answer.finish(await citationsOf(deps, ctx, project, transcript));
    return { answerId: answer.id() };
  } catch (error) {
    if (error instanceof EmptyAnswerError) throw new AppError('upstream_failed', error.message);
    throw error;
  } finally {
    // On a stop, a failure and a shutdown too: what was said is not lost.
    await answer
      .keep()
      .catch((error: unknown) => run.log.warn({ err: error }, 'the last words of an answer were not kept'));
  }
}

interface TurnRows {
  readonly session: SessionRow;
  readonly question: MessageRow;
  readonly attachments: readonly AttachmentRow[];
  readonly project: Project;
}

async function readTurn(deps: TurnJobDeps, { id, ctx, payload }: JobRun<TurnPayload>): Promise<TurnRows> {
  const { session, question, attachments } = await deps.database.asUser(ctx.actor.userId, async (db) => ({
    session: await sessionOf(db, payload.sessionId),
    question: await messageOf(db, payload.sessionId, payload.questionId),
    attachments: await attachmentsOfMessages(db, [payload.questionId]),
  }));
  if (session === undefined || question === undefined) throw notFound('conversation');
  const project = await deps.projects.require(ctx, session.projectId, 'chat.write');
  if (session.activeJobId !== id) {
    await deps.database.asUser(ctx.actor.userId, (db) => takeSession(deps, db, session.id, payload.answerId, id));
  }
  return { session, question, attachments, project };
}

async function gather(
  deps: TurnJobDeps,
  { ctx, payload }: JobRun<TurnPayload>,
  { session, question, project, attachments }: TurnRows,
): Promise<Gathered> {
  const headId = question.parentId;
  const gathered = await deps.gather(ctx, { session, project, question: question.body, headId, attachments });
  await deps.database.asUser(ctx.actor.userId, async (db) => {
    const locked = await lockSession(db, session.id);
    const answer = await changeMessage(db, payload.answerId, { context: gathered.context });
    if (locked === undefined || answer === undefined) throw notFound('conversation');
    await tellMessage(deps, db, locked, answer, 'updated');
  });
  return gathered;
}

/** A job that was started again by hand takes its answer up again, unless the conversation has gone on. */
async function takeSession(
  deps: TurnJobDeps,
  db: Db,
  sessionId: Id<'session'>,
  answerId: Id<'message'>,
  jobId: Id<'job'>,
): Promise<void> {
  const session = await lockSession(db, sessionId);
  if (session === undefined) throw notFound('conversation');
  if (session.activeJobId === jobId) return;
  if (session.activeJobId !== null)
    throw new AppError('conflict', 'The conversation has gone on; another answer is on its way.');
  await changeMessage(db, answerId, { status: 'streaming', error: null, jobId });
  await tellSession(deps, db, await changeSession(db, sessionId, { activeJobId: jobId, headId: answerId }));
}

async function citationsOf(
  deps: TurnJobDeps,
  ctx: Context,
  project: Project,
  transcript: Transcript,
): Promise<Citation[]> {
  const reader = deps.readerOf(ctx, project);
  const seen = new Map<string, Promise<{ blob: string; lines: number } | null>>();
  return checkCitations(textOf(transcript.parts), (path) => {
    const file = seen.get(path) ?? reader.file(path, ctx.signal).catch(() => null);
    seen.set(path, file);
    return file;
  });
}
