import type { ChatMessage, Id, Job, MessagePart, ModelName, TurnContext } from '@yudai/contract';
import type { Models } from '#features/models/index.ts';
import { AppError, notFound } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import { newId } from '#kernel/ids.ts';
import type { Db } from '#platform/db/index.ts';
import type { Jobs } from '#platform/jobs/index.ts';
import { tell, tellMessage, tellSession } from './announce.ts';
import type { Gather } from './gather.ts';
import { deleteMessage, insertMessage, type MessageRow, messageOf, waitingMessages } from './message-store.ts';
import { toMessages } from './present.ts';
import type { SessionAccess } from './session-access.ts';
import { ignoreEnded } from './session-service.ts';
import { startTurn, type TurnDeps } from './start-turn.ts';
import { attachmentsOf, changeSession, claimAttachments, insertAttachment, type SessionRow } from './store.ts';
import { countTokens } from './tokens.ts';

export interface TurnServiceDeps extends TurnDeps {
  readonly jobs: Pick<Jobs, 'start' | 'cancel'>;
  readonly sessions: Pick<SessionAccess, 'requireSession' | 'inSession'>;
  readonly models: Pick<Models, 'requireCandidate'>;
  readonly gather: Gather;
}

type OfSession = { readonly id: Id<'session'> };
interface Started {
  message: ChatMessage;
  answer: ChatMessage | null;
  job: Job | null;
}
export interface SendMessage extends OfSession {
  readonly text: string;
  readonly attachmentIds: readonly Id<'attachment'>[];
  readonly model?: ModelName | undefined;
  readonly mode: 'queue' | 'steer' | 'interrupt';
  readonly instead?: Id<'message'> | undefined;
}

/** How many messages of a session may wait. */
const mostWaiting = 20;

/** What is said in a conversation. Every answer is a job; nothing here waits for a model. */
export function createTurnService(deps: TurnServiceDeps) {
  const { sessions, jobs, clock } = deps;
  const { inSession } = sessions;

  return {
    /** Writes a message down and begins its answer, or lets it wait for the one under way. Returns at once. */
    async send(ctx: Context, input: SendMessage): Promise<Started> {
      if (input.model !== undefined) deps.models.requireCandidate('chat', input.model);
      const sent = await inSession(ctx, input.id, async (db, session) => {
        const isBusy = session.activeJobId !== null;
        const instead = input.instead === undefined ? undefined : await messageOf(db, input.id, input.instead);
        if (input.instead !== undefined && instead?.role !== 'user') throw notFound('message');
        if (instead !== undefined && isBusy) throw busy();
        if (isBusy && (await waitingMessages(db, input.id)).length >= mostWaiting) throw tooMany();
        const question = await write(db, ctx, session, input, {
          parentId: instead === undefined ? session.headId : instead.parentId,
          waits: isBusy,
        });
        const isFirst = session.messageCount === 0 && !session.titled;
        const changed = await changeSession(db, session.id, {
          messageCount: session.messageCount + 1,
          lastActivityAt: clock.now(),
          ...(isBusy ? {} : { headId: question.id }),
          ...(isFirst ? { title: titleOf(input.text) } : {}),
        });
        const { message } = await tellMessage(deps, db, changed, question, 'added');
        if (isBusy) {
          await tellSession(deps, db, changed);
          return { message, answer: null, job: null, running: session.activeJobId };
        }
        const model = input.model ?? null;
        const started = await startTurn(deps, db, changed, question, { ownerId: ctx.actor.userId, model });
        return { message, answer: started.answer, job: started.job, running: null };
      });
      const { running, ...started } = sent;
      if (running !== null && input.mode === 'interrupt') await jobs.cancel(ctx, running).catch(ignoreEnded);
      return started;
    },

    /** Answers a message again: a failed answer in its place, any other in a branch beside it. */
    async regenerate(
      ctx: Context,
      { id, messageId, model }: OfSession & { messageId: Id<'message'>; model?: ModelName | undefined },
    ): Promise<Started> {
      if (model !== undefined) deps.models.requireCandidate('chat', model);
      return inSession(ctx, id, async (db, session) => {
        if (session.activeJobId !== null) throw busy();
        const answer = await messageOf(db, id, messageId);
        if (answer?.role !== 'assistant' || answer.parentId === null) throw notFound('answer');
        const question = await messageOf(db, id, answer.parentId);
        if (question === undefined) throw notFound('message');
        const isEmpty = answer.status === 'failed';
        const started = await startTurn(deps, db, session, question, {
          ownerId: ctx.actor.userId,
          model: model ?? null,
          again: isEmpty ? answer : undefined,
        });
        const [message] = await toMessages(db, id, [question]);
        if (message === undefined) throw notFound('message');
        return { message, answer: started.answer, job: started.job };
      });
    },

    /** Ends the turn under way. What was said stays; what waits is answered next. */
    async stop(ctx: Context, { id }: OfSession): Promise<{ stopped: boolean }> {
      const { session } = await sessions.requireSession(ctx, id, 'chat.write');
      if (session.activeJobId === null) return { stopped: false };
      try {
        await jobs.cancel(ctx, session.activeJobId);
        return { stopped: true };
      } catch (error) {
        ignoreEnded(error);
        return { stopped: false };
      }
    },

    /** Takes a message back that still waits. */
    async unqueue(ctx: Context, { id, messageId }: OfSession & { messageId: Id<'message'> }) {
      return inSession(ctx, id, async (db, session) => {
        const row = await messageOf(db, id, messageId);
        if (row === undefined) throw notFound('message');
        if (row.status !== 'queued') throw new AppError('conflict', 'This message does not wait any more.');
        await deleteMessage(db, messageId);
        const changed = await changeSession(db, id, { messageCount: session.messageCount - 1 });
        await tell(deps, db, changed, { type: 'message', data: { action: 'removed', messageId } });
        await tellSession(deps, db, changed);
        return { removed: true };
      });
    },

    /** Sums up the older messages of the branch that is shown, for the turns that follow. */
    async compact(ctx: Context, { id }: OfSession): Promise<Job> {
      return inSession(ctx, id, async (db, session) => {
        if (session.activeJobId !== null) throw busy();
        if (session.headId === null) throw new AppError('conflict', 'Nothing has been said yet.');
        const job = await deps.jobs.start(db, {
          kind: 'chat.compact',
          ownerId: ctx.actor.userId,
          projectId: session.projectId,
          title: 'Sum up a conversation',
          payload: { sessionId: session.id, messageId: session.headId },
        });
        const changed = await changeSession(db, id, { activeJobId: job.id });
        await tellSession(deps, db, changed);
        return job;
      });
    },

    /** What a turn with this text would be given. */
    async previewContext(ctx: Context, { id, text }: OfSession & { text: string }): Promise<TurnContext> {
      const { session, project } = await sessions.requireSession(ctx, id, 'chat.read');
      return (await deps.gather(ctx, { session, project, question: text, headId: session.headId, attachments: [] }))
        .context;
    },

    async attach(ctx: Context, { id, name, text }: OfSession & { name: string; text: string }) {
      const bytes = Buffer.byteLength(text);
      if (text.includes('\0'))
        throw new AppError('invalid_input', 'This file is not text. Only text files can be attached.');
      const tokens = await countTokens(text);
      return inSession(ctx, id, async (db) => {
        const attachmentId = newId('attachment', clock.now());
        const createdAt = clock.now();
        await insertAttachment(db, { id: attachmentId, sessionId: id, name, content: text, tokens, createdAt });
        return { id: attachmentId, name, bytes, tokens };
      });
    },
  };

  async function write(
    db: Db,
    ctx: Context,
    session: SessionRow,
    { text, attachmentIds, mode, model }: SendMessage,
    { parentId, waits }: { parentId: Id<'message'> | null; waits: boolean },
  ): Promise<MessageRow> {
    const attachments = await attachmentsOf(db, session.id, attachmentIds);
    const parts: MessagePart[] = [
      { type: 'text', text },
      ...attachments.map((it): MessagePart => ({
        type: 'attachment',
        attachmentId: it.id,
        name: it.name,
        bytes: Buffer.byteLength(it.content),
        tokens: it.tokens,
      })),
    ];
    const row = await insertMessage(db, {
      id: newId('message', clock.now()),
      sessionId: session.id,
      parentId,
      role: 'user',
      authorId: ctx.actor.userId,
      status: waits ? 'queued' : 'complete',
      mode: waits ? mode : null,
      parts,
      body: text,
      tokens: await countTokens(text),
      // What a message that waits wants to be answered with is kept with it.
      model: waits ? (model ?? null) : null,
      createdAt: clock.now(),
    });
    if ((await claimAttachments(db, attachmentIds, row.id)) < new Set(attachmentIds).size) throw notFound('attachment');
    return row;
  }
}

/** The first line of the first message. */
function titleOf(text: string): string {
  const line = text.trim().split('\n')[0]?.trim() ?? '';
  return line.length <= 80 ? line || 'New conversation' : `${line.slice(0, 79)}…`;
}

function busy(): AppError {
  return new AppError('conflict', 'An answer is on its way. Stop it, or wait until it is there.');
}

function tooMany(): AppError {
  return new AppError('too_many_requests', `${mostWaiting} messages wait already. Wait, or take some back.`, {
    details: { retryAfterSeconds: 30 },
  });
}
