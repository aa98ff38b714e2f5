import type { CardHead, ChatSession, Id, Permission, Project } from '@yudai/contract';
import type { Audit } from '#features/audit/index.ts';
import type { Cards } from '#features/cards/index.ts';
import type { Projects } from '#features/projects/index.ts';
import { AppError, notFound } from '#kernel/app-error.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Context } from '#kernel/context.ts';
import { encodeCursor } from '#kernel/cursor.ts';
import type { Database, Db } from '#platform/db/index.ts';
import type { Jobs } from '#platform/jobs/index.ts';
import type { Live } from '#platform/live/index.ts';
import { tellSession } from './announce.ts';
import { branchFrom, changeMessage, type MessageRow, messageOf } from './message-store.ts';
import { toSession } from './present.ts';
import { changeSession, lockSession, sessionOf, type SessionRow } from './store.ts';

export interface SessionsDeps {
  readonly database: Database;
  readonly live: Live;
  readonly clock: Clock;
  readonly projects: Pick<Projects, 'require' | 'memberIds'>;
  readonly cards: Pick<Cards, 'heads'>;
  readonly audit: Pick<Audit, 'record'>;
  readonly accessChanged: (db: Db, userId: Id<'user'>) => Promise<void>;
  readonly jobs: Pick<Jobs, 'cancel' | 'get'>;
}

export type OfSession = { readonly id: Id<'session'> };
export type OfProject = { readonly projectId: Id<'project'> };
export type Paged = { readonly cursor?: string | undefined; readonly limit: number };
export type Page<T> = { items: T[]; nextCursor: string | null };

export type SessionAccess = ReturnType<typeof createSessionAccess>;

/** How every use-case comes to a conversation: after asking whether the person may, and alone while it changes something. */
export function createSessionAccess(deps: SessionsDeps) {
  const { database, projects } = deps;

  /** The session and its project, if the person sees it and may do this there. */
  async function requireSession(
    ctx: Context,
    id: Id<'session'>,
    permission: Permission,
  ): Promise<{ session: SessionRow; project: Project }> {
    const session = await database.asUser(ctx.actor.userId, (db) => sessionOf(db, id));
    if (session === undefined) throw notFound('conversation');
    const project = await projects.require(ctx, session.projectId, permission);
    return { session, project };
  }

  /** Works on the session while nobody else does. */
  async function inSession<T>(
    ctx: Context,
    id: Id<'session'>,
    work: (db: Db, session: SessionRow) => Promise<T>,
  ): Promise<T> {
    const { session: seen } = await requireSession(ctx, id, 'chat.write');
    const over = seen.activeJobId !== null && (await hasEnded(ctx, seen.activeJobId)) ? seen.activeJobId : null;
    return database.asUser(ctx.actor.userId, async (db) => {
      const session = await lockSession(db, id);
      if (session === undefined) throw notFound('conversation');
      return work(db, over !== null && session.activeJobId === over ? await freeSession(db, session) : session);
    });
  }

  /** A turn cannot say that it has ended when who asked may not see the conversation any more. */
  async function hasEnded(ctx: Context, id: Id<'job'>): Promise<boolean> {
    try {
      return ['completed', 'failed', 'cancelled'].includes((await deps.jobs.get(ctx, id)).status);
    } catch (error) {
      if (error instanceof AppError && error.code === 'not_found') return true;
      throw error;
    }
  }

  async function freeSession(db: Db, session: SessionRow): Promise<SessionRow> {
    const head = session.headId === null ? undefined : await messageOf(db, session.id, session.headId);
    if (head?.status === 'streaming') await changeMessage(db, head.id, { status: 'stopped' });
    return changeSession(db, session.id, { activeJobId: null });
  }

  return {
    requireSession,
    inSession,

    /** Changes a session while nobody else does, and tells of it. */
    change: (
      ctx: Context,
      id: Id<'session'>,
      work: (db: Db, session: SessionRow) => Promise<SessionRow>,
    ): Promise<ChatSession> =>
      inSession(ctx, id, async (db, session) => {
        const changed = await work(db, session);
        await tellSession(deps, db, changed);
        return toSession(changed);
      }),

    /** The cards that the person sees among these. A conversation that members see must not hold cards that they do not. */
    async requireCards(
      ctx: Context,
      projectId: Id<'project'>,
      { visibility, cardIds }: { visibility: 'private' | 'project'; cardIds: readonly Id<'card'>[] },
    ): Promise<CardHead[]> {
      const cards = await deps.cards.heads(ctx, projectId, cardIds);
      const hidden = cards.filter((card) => card.visibility === 'private');
      if (visibility === 'private' || hidden.length === 0) return cards;
      throw new AppError(
        'conflict',
        'This conversation is shared with the project, and a card of it is private. Share the card as well, or leave it out.',
        { details: { cardIds: hidden.map(({ id }) => id) } },
      );
    },

    /** A page of a branch, newest first. */
    async messagesBefore(
      db: Db,
      from: Id<'message'> | null,
      limit: number,
    ): Promise<{ rows: MessageRow[]; nextCursor: string | null }> {
      const found = from === null ? [] : await branchFrom(db, from, limit + 1);
      const rows = found.slice(0, limit);
      const next = found.length > limit ? (rows.at(-1)?.parentId ?? null) : null;
      return { rows, nextCursor: next === null ? null : encodeCursor([next]) };
    },
  };
}
