import type { CardHead, ChatMessage, ChatStatistics, Id, Person } from '@yudai/contract';
import { notFound } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import { decodeCursor, encodeCursor } from '#kernel/cursor.ts';
import type { Db } from '#platform/db/index.ts';
import { presenceMs, presentPeople, tell, tellSession } from './announce.ts';
import { type MessageRow, messageOf, messagesWith } from './message-store.ts';
import { toMessages, toSession } from './present.ts';
import type { OfProject, OfSession, Page, Paged, SessionAccess, SessionsDeps } from './session-access.ts';
import {
  attachmentsOf,
  cardIdsOf,
  changeSession,
  lockSession,
  saveCards,
  savePresence,
  statisticsOf,
} from './store.ts';

/** What is in conversations: their messages, cards, attachments, and who looks at them. */
export function createContentsService(deps: SessionsDeps, access: SessionAccess) {
  const { database, clock, projects } = deps;
  const { requireSession, change, requireCards, messagesBefore } = access;

  return {
    async messages(ctx: Context, { id, cursor, limit }: OfSession & Paged): Promise<Page<ChatMessage>> {
      const { session } = await requireSession(ctx, id, 'chat.read');
      // Somebody who makes a cursor up finds messages of this session or none.
      const from = cursor === undefined ? session.headId : (String(decodeCursor(cursor, 1)[0]) as Id<'message'>);
      return database.asUser(ctx.actor.userId, async (db) => {
        if (from !== null && (await messageOf(db, id, from)) === undefined) return { items: [], nextCursor: null };
        const { rows, nextCursor } = await messagesBefore(db, from, limit);
        return { items: await toMessages(db, id, rows), nextCursor };
      });
    },

    async search(
      ctx: Context,
      {
        projectId,
        cursor,
        limit,
        query,
        sessionId,
        role,
      }: OfProject &
        Paged & { query: string; sessionId?: Id<'session'> | undefined; role?: ChatMessage['role'] | undefined },
    ): Promise<Page<{ message: ChatMessage; sessionTitle: string }>> {
      await projects.require(ctx, projectId, 'chat.read');
      const before = cursor === undefined ? null : String(decodeCursor(cursor, 1)[0]);
      return database.asUser(ctx.actor.userId, async (db) => {
        const found = await messagesWith(db, projectId, { query, sessionId, role, before, limit: limit + 1 });
        const page = found.slice(0, limit);
        const shown = await presentOfSessions(
          db,
          page.map(({ message }) => message),
        );
        const items = page.flatMap(({ message: { id }, title }) => {
          const message = shown.get(id);
          return message === undefined ? [] : [{ message, sessionTitle: title }];
        });
        const last = page.at(-1);
        return {
          items,
          nextCursor: found.length > limit && last !== undefined ? encodeCursor([last.message.id]) : null,
        };
      });
    },

    async selectCards(
      ctx: Context,
      { id, cardIds }: OfSession & { cardIds: readonly Id<'card'>[] },
    ): Promise<{ cards: CardHead[] }> {
      const { session } = await requireSession(ctx, id, 'chat.write');
      const unique = [...new Set(cardIds)];
      const visibility = toSession(session).visibility;
      const cards = await requireCards(ctx, session.projectId, { visibility, cardIds: unique });
      const missing = unique.filter((cardId) => !cards.some((card) => card.id === cardId));
      if (missing.length > 0) throw notFound('card');
      const before = await database.asUser(ctx.actor.userId, (db) => cardIdsOf(db, id));
      const gone = await deps.cards.heads(
        ctx,
        session.projectId,
        before.filter((cardId) => !unique.includes(cardId)),
      );
      const added = cards.filter((card) => !before.includes(card.id));
      await change(ctx, id, async (db, row) => {
        await saveCards(db, id, unique);
        for (const card of added) await tell(deps, db, row, { type: 'context_card', data: { action: 'add', card } });
        for (const card of gone) await tell(deps, db, row, { type: 'context_card', data: { action: 'remove', card } });
        return row;
      });
      return { cards };
    },

    async drop(ctx: Context, { id, paths }: OfSession & { paths: readonly string[] }): Promise<{ dropped: string[] }> {
      const dropped = [...new Set(paths)];
      await change(ctx, id, (db) => changeSession(db, id, { dropped }));
      return { dropped };
    },

    async attachment(
      ctx: Context,
      { id, attachmentId }: OfSession & { attachmentId: Id<'attachment'> },
    ): Promise<{ name: string; text: string }> {
      await requireSession(ctx, id, 'chat.read');
      const [row] = await database.asUser(ctx.actor.userId, (db) => attachmentsOf(db, id, [attachmentId]));
      if (row === undefined) throw notFound('attachment');
      return { name: row.name, text: row.content };
    },

    /** Says that the person is here; the others in the session are told when that is news. */
    async attend(ctx: Context, { id, here }: OfSession & { here: boolean }): Promise<{ present: Person[] }> {
      await requireSession(ctx, id, 'chat.read');
      const seenAt = clock.now();
      const since = new Date(seenAt.getTime() - presenceMs);
      const own = { sessionId: id, userId: ctx.actor.userId, seenAt };
      // As the system, because viewers are present too and write nothing else. Whether they see the session has just been asked.
      const isNews = await database.asSystem((db) => savePresence(db, own, here, since));
      const present = await database.asUser(ctx.actor.userId, (db) => presentPeople(deps, db, id));
      if (isNews) {
        await database.asSystem(async (db) => {
          const session = await lockSession(db, id);
          if (session !== undefined) await tellSession(deps, db, session, present);
        });
      }
      return { present };
    },

    async statistics(ctx: Context, { id }: OfSession): Promise<ChatStatistics> {
      await requireSession(ctx, id, 'chat.read');
      return database.asUser(ctx.actor.userId, (db) => statisticsOf(db, id));
    },
  };
}

/** Messages of several conversations, asking for each conversation once. */
async function presentOfSessions(db: Db, rows: readonly MessageRow[]): Promise<Map<Id<'message'>, ChatMessage>> {
  const shown = new Map<Id<'message'>, ChatMessage>();
  for (const [sessionId, of] of Map.groupBy(rows, (row) => row.sessionId)) {
    for (const message of await toMessages(db, sessionId, of)) shown.set(message.id, message);
  }
  return shown;
}
