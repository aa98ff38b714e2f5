import { type ChatSession, type ChatState, type Id, may, type Project } from '@yudai/contract';
import { AppError, notFound } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import { decodeCursor, encodeCursor } from '#kernel/cursor.ts';
import { newId } from '#kernel/ids.ts';
import type { Db } from '#platform/db/index.ts';
import { feedOf, presentPeople } from './announce.ts';
import { insertMemories, memoriesOf } from './memory-store.ts';
import {
  branchFrom,
  insertMessages,
  type MessageRow,
  messageOf,
  waitingMessages,
  youngestBelow,
} from './message-store.ts';
import { toMessages, toSession } from './present.ts';
import type { OfProject, OfSession, Page, Paged, SessionAccess, SessionsDeps } from './session-access.ts';
import {
  cardIdsOf,
  changeSession,
  deleteSession,
  insertSession,
  lockSession,
  saveCards,
  sessionOf,
  type SessionRow,
  sessionsAfter,
  statisticsOf,
} from './store.ts';

const newTitle = 'New conversation';

export type SessionsService = ReturnType<typeof createSessionsService>;

/** Conversations, but for what is said in them. */
export function createSessionsService(deps: SessionsDeps, access: SessionAccess) {
  const { database, live, clock, projects, audit } = deps;
  const { requireSession, change, requireCards, messagesBefore } = access;

  async function create(
    ctx: Context,
    project: Project,
    input: { title: string | undefined; visibility: 'private' | 'project'; cardIds: readonly Id<'card'>[] },
    more: Partial<SessionRow> = {},
    fill?: (db: Db, session: SessionRow) => Promise<void>,
  ): Promise<ChatSession> {
    const now = clock.now();
    await requireCards(ctx, project.id, input);
    return database.asUser(ctx.actor.userId, async (db) => {
      const session = await insertSession(db, {
        id: newId('session', now),
        ownerId: ctx.actor.userId,
        projectId: project.id,
        sharedWith: input.visibility === 'project' ? project.id : null,
        title: input.title ?? newTitle,
        titled: input.title !== undefined,
        ref: project.ref,
        createdAt: now,
        lastActivityAt: now,
        ...more,
      });
      await live.open(db, feedOf(session), `session:${session.id}`);
      await saveCards(db, session.id, input.cardIds);
      await fill?.(db, session);
      return toSession(session);
    });
  }

  return {
    create,

    async list(
      ctx: Context,
      {
        projectId,
        archived,
        query,
        cursor,
        limit,
      }: OfProject & Paged & { archived: boolean; query?: string | undefined },
    ): Promise<Page<ChatSession>> {
      await projects.require(ctx, projectId, 'chat.read');
      const [pinned, at, id] = cursor === undefined ? [] : decodeCursor(cursor, 3);
      const after = id === undefined ? null : { pinned: pinned === 1, at: new Date(Number(at)), id: String(id) };
      const rows = await database.asUser(ctx.actor.userId, (db) =>
        sessionsAfter(db, projectId, { archived, query, after, limit: limit + 1 }),
      );
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const key = (row: SessionRow) => [row.pinned ? 1 : 0, row.lastActivityAt.getTime(), row.id];
      return {
        items: page.map(toSession),
        nextCursor: rows.length > limit && last !== undefined ? encodeCursor(key(last)) : null,
      };
    },

    async begin(
      ctx: Context,
      {
        projectId,
        ...input
      }: OfProject & {
        title?: string | undefined;
        visibility: 'private' | 'project';
        cardIds: readonly Id<'card'>[];
      },
    ): Promise<ChatSession> {
      const project = await projects.require(ctx, projectId, 'chat.write');
      return create(ctx, project, { ...input, title: input.title });
    },

    /** What a screen begins with. The cursor is read before the rows, so that nothing falls between them. */
    async get(ctx: Context, { id, limit }: OfSession & { limit: number }): Promise<ChatState> {
      const { session: seen } = await requireSession(ctx, id, 'chat.read');
      const [last] = (await live.cursors(ctx, [`session:${id}`])).values();
      const found = await database.asUser(ctx.actor.userId, async (db) => {
        const session = (await sessionOf(db, id)) ?? seen;
        const { rows, nextCursor } = await messagesBefore(db, session.headId, limit);
        const waiting = await waitingMessages(db, id);
        const shown = [...rows.toReversed(), ...waiting];
        return {
          session,
          messages: await toMessages(db, id, shown),
          earlier: nextCursor,
          cardIds: await cardIdsOf(db, id),
          present: await presentPeople(deps, db, id),
          statistics: await statisticsOf(db, id),
          streamSeqs: shown.flatMap(({ status, streamSeq }) => (status === 'streaming' ? [streamSeq ?? 0] : [])),
        };
      });
      const { session, cardIds, streamSeqs, ...rest } = found;
      return {
        ...rest,
        session: toSession(session),
        dropped: session.dropped,
        cards: await deps.cards.heads(ctx, session.projectId, cardIds),
        // Text that is being written is kept once a second: its stream is read again from there.
        cursor: Math.min(last ?? 0, ...streamSeqs),
      };
    },

    /** Renames, pins, archives; shares or unshares, which only the owner may. */
    async update(
      ctx: Context,
      {
        id,
        visibility,
        title,
        ...rest
      }: OfSession & {
        title?: string | undefined;
        pinned?: boolean | undefined;
        archived?: boolean | undefined;
        visibility?: 'private' | 'project' | undefined;
      },
    ): Promise<ChatSession> {
      const { session: seen } = await requireSession(ctx, id, 'chat.write');
      if (visibility !== undefined && visibility !== toSession(seen).visibility) {
        if (seen.ownerId !== ctx.actor.userId) {
          throw new AppError('forbidden', 'Only who began the conversation may share it or take it back.');
        }
        const cardIds = await database.asUser(ctx.actor.userId, (db) => cardIdsOf(db, id));
        await requireCards(ctx, seen.projectId, { visibility, cardIds });
      }
      return change(ctx, id, async (db, session) => {
        const sharedWith =
          visibility === undefined ? session.sharedWith : visibility === 'project' ? session.projectId : null;
        const changed = await changeSession(db, id, {
          ...withoutUndefined(rest),
          ...(title === undefined ? {} : { title, titled: true }),
          sharedWith,
        });
        if (sharedWith === session.sharedWith) return changed;
        if (session.activeJobId !== null) {
          throw new AppError('conflict', 'An answer is on its way. Stop it, or wait until it is there.');
        }
        await live.share(db, `session:${id}`, sharedWith);
        // Who watches and may not any more is let go of.
        for (const userId of await projects.memberIds(db, session.projectId)) await deps.accessChanged(db, userId);
        const action = sharedWith === null ? 'conversation.unshared' : 'conversation.shared';
        await audit.record(db, ctx, { action, target: { kind: 'session', id }, projectId: session.projectId });
        return changed;
      });
    },

    /** Deletes a conversation, ending what is on its way. Its cards and issues stay. */
    async remove(ctx: Context, { id }: OfSession): Promise<{ removed: boolean }> {
      const { session, project } = await requireSession(ctx, id, 'chat.write');
      if (session.ownerId !== ctx.actor.userId && !may(project.role, 'jobs.manage')) {
        throw new AppError(
          'forbidden',
          'Only who began the conversation, or a maintainer of the project, may delete it.',
        );
      }
      if (session.activeJobId !== null) await deps.jobs.cancel(ctx, session.activeJobId).catch(ignoreEnded);
      await database.asUser(ctx.actor.userId, async (db) => {
        await lockSession(db, id);
        await deleteSession(db, id);
        await live.remove(db, [`session:${id}`]);
        const { projectId } = session;
        await audit.record(db, ctx, { action: 'conversation.deleted', target: { kind: 'session', id }, projectId });
      });
      return { removed: true };
    },

    /** Another conversation with everything up to one message. It is the person's own, and private. */
    async fork(ctx: Context, { id, messageId }: OfSession & { messageId: Id<'message'> }): Promise<ChatSession> {
      const { session, project } = await requireSession(ctx, id, 'chat.write');
      const { rows, cardIds, memories } = await database.asUser(ctx.actor.userId, async (db) => {
        const message = await messageOf(db, id, messageId);
        if (message === undefined || message.status === 'queued') throw notFound('message');
        return {
          rows: (await branchFrom(db, messageId, 100_000)).toReversed(),
          cardIds: await cardIdsOf(db, id),
          memories: await memoriesOf(db, id),
        };
      });
      const own = await deps.cards.heads(ctx, project.id, cardIds);
      const ids = newIdsOf(rows, clock.now());
      const copies = copyOf(rows, ids);
      const more = {
        forkedFrom: { sessionId: id, messageId },
        headId: copies.at(-1)?.id ?? null,
        messageCount: copies.length,
        dropped: session.dropped,
      };
      const title = `${session.title.slice(0, 190)} (fork)`;
      const input = { title, visibility: 'private' as const, cardIds: own.map((card) => card.id) };
      return create(ctx, project, input, more, async (db, { id: sessionId }) => {
        await insertMessages(
          db,
          copies.map((copy) => ({ ...copy, sessionId })),
        );
        const kept = memories.filter((memory) => memory.messageId === null || ids.has(memory.messageId));
        await insertMemories(
          db,
          kept.map((memory) => ({
            ...memory,
            id: newId('memory', clock.now()),
            sessionId,
            messageId: memory.messageId === null ? null : ids.get(memory.messageId),
          })),
        );
      });
    },

    /** Shows the branch that goes through a message, down to its youngest answer. */
    async showBranch(ctx: Context, { id, messageId }: OfSession & { messageId: Id<'message'> }): Promise<ChatSession> {
      return change(ctx, id, async (db, session) => {
        if (session.activeJobId !== null) {
          throw new AppError('conflict', 'An answer is on its way. Stop it, or wait until it is there.');
        }
        const message = await messageOf(db, id, messageId);
        if (message === undefined || message.status === 'queued') throw notFound('message');
        return changeSession(db, id, { headId: await youngestBelow(db, messageId) });
      });
    },
  };
}

function newIdsOf(rows: readonly MessageRow[], now: Date): Map<Id<'message'>, Id<'message'>> {
  return new Map(rows.map(({ id }, order) => [id, newId('message', new Date(now.getTime() + order))]));
}

/** The same messages under new ids, each following the copy of the one that it followed. */
function copyOf(
  rows: readonly MessageRow[],
  ids: ReadonlyMap<Id<'message'>, Id<'message'>>,
): Omit<MessageRow, 'sessionId'>[] {
  return rows.map(({ sessionId: _sessionId, ...row }) => ({
    ...row,
    id: ids.get(row.id) ?? row.id,
    parentId: row.parentId === null ? null : (ids.get(row.parentId) ?? null),
    // What a copy cost was paid by the conversation that it comes from.
    inputTokens: null,
    cachedTokens: null,
    outputTokens: null,
    costMicros: null,
    durationMs: null,
    jobId: null,
    streamSeq: null,
    status: row.status === 'streaming' ? 'stopped' : row.status,
  }));
}

/** A turn may end by itself while it is told to. */
export function ignoreEnded(error: unknown): void {
  if (!(error instanceof AppError) || (error.code !== 'conflict' && error.code !== 'not_found')) throw error;
}

function withoutUndefined<T extends object>(changes: T) {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
