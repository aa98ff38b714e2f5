import type { Card, CardCategory, CardHead, CardSource, CardVisibility, Id } from '@yudai/contract';
import type { Projects } from '#features/projects/index.ts';
import { AppError, notFound } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import { decodeCursor, encodeCursor } from '#kernel/cursor.ts';
import { announceCard } from './announce.ts';
import { changeAndTell, type OfCard, requireCard } from './change-card.ts';
import { createMaking, type MakeDeps } from './make-cards.ts';
import { positionBetween } from './order.ts';
import { citeOf, toCard, toHead } from './present.ts';
import { createStaleness, type StalenessDeps } from './staleness.ts';
import {
  type CardRow,
  cardsAfter,
  cardsOf,
  changeCard,
  neighbourBefore,
  type Place,
  purgeCards,
  restoreCard,
  totalOf,
} from './store.ts';
import { tokensIn } from './tokens-in.ts';
import { createTransfer } from './transfer.ts';

export interface CardsDeps extends Omit<MakeDeps, 'standingOf' | 'codebase'>, StalenessDeps {
  readonly projects: Pick<Projects, 'require'>;
}

type OfProject = { readonly projectId: Id<'project'> };

export interface ListCards extends OfProject {
  readonly cursor?: string | undefined;
  readonly limit: number;
  readonly query?: string | undefined;
  readonly source?: CardSource | undefined;
  readonly category?: CardCategory | undefined;
}

export interface UpdateCard extends OfCard {
  readonly title?: string | undefined;
  readonly content?: string | undefined;
  readonly category?: CardCategory | undefined;
  readonly visibility?: CardVisibility | undefined;
}

/** A card as an agent gets it: data that others wrote, never instructions. */
export interface CardContent {
  readonly id: Id<'card'>;
  readonly title: string;
  /** Where its text is now; null when it is pinned to no file or the text is no longer in the code. */
  readonly cite: string | null;
  readonly content: string;
  readonly tokens: number;
  readonly source: CardSource;
}

/** How long a card that was taken away can be put back. */
const keptAwayMs = 24 * 60 * 60 * 1000;

export type CardsService = ReturnType<typeof createCardsService>;

/** What people do with cards. Who is in a project sees its cards and their own; from `member` up they change them. */
export function createCardsService(deps: CardsDeps) {
  const { database, projects, live, clock } = deps;
  const { standingsOf, standingOf } = createStaleness(deps);
  const contentsOf = async (ctx: Context, projectId: Id<'project'>, cards: readonly { id: Id<'card'> }[]) => {
    const ids = cards.map(({ id }) => id);
    const rows = await database.asUser(ctx.actor.userId, (db) => cardsOf(db, projectId, ids));
    return new Map<string, string>(rows.map(({ id, content }) => [id, content]));
  };

  return {
    ...createMaking({ ...deps, standingOf }),
    ...createTransfer(deps),

    /** The cards that the person sees, in their order, each with how it stands to the code of now. */
    async list(ctx: Context, input: ListCards) {
      const { projectId, limit } = input;
      await projects.require(ctx, projectId, 'cards.read');
      const { rows, total } = await database.asUser(ctx.actor.userId, async (db) => ({
        rows: await cardsAfter(db, input, afterOf(input.cursor), limit + 1),
        total: await totalOf(db, input),
      }));
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const standings = await standingsOf(ctx, projectId, page, (cards) => contentsOf(ctx, projectId, cards));
      return {
        items: page.map((row) => toHead(row, standings.get(row.id))),
        nextCursor: rows.length > limit && last !== undefined ? encodeCursor([last.position, last.id]) : null,
        total,
      };
    },

    async get(ctx: Context, input: OfCard): Promise<Card> {
      await projects.require(ctx, input.projectId, 'cards.read');
      const row = await database.asUser(ctx.actor.userId, (db) => requireCard(db, input));
      return toCard(row, await standingOf(ctx, row));
    },

    /** Those of these cards that the person sees, in this order. */
    async heads(ctx: Context, projectId: Id<'project'>, ids: readonly Id<'card'>[]): Promise<CardHead[]> {
      if (ids.length === 0) return [];
      await projects.require(ctx, projectId, 'cards.read');
      const rows = await database.asUser(ctx.actor.userId, (db) => cardsOf(db, projectId, ids));
      const standings = await standingsOf(ctx, projectId, rows, (cards) => contentsOf(ctx, projectId, cards));
      const byId = new Map<string, CardRow>(rows.map((row) => [row.id, row]));
      return ids.flatMap((id) => {
        const row = byId.get(id);
        return row === undefined ? [] : [toHead(row, standings.get(id))];
      });
    },

    /** For agents: those of these cards that the person sees, in this order. Its owner may have taken one away, or back, since it was chosen. */
    async contentFor(ctx: Context, projectId: Id<'project'>, ids: readonly Id<'card'>[]): Promise<CardContent[]> {
      if (ids.length === 0) return [];
      await projects.require(ctx, projectId, 'cards.read');
      const rows = await database.asUser(ctx.actor.userId, (db) => cardsOf(db, projectId, ids));
      const byId = new Map<string, CardRow>(rows.map((row) => [row.id, row]));
      const standings = await standingsOf(ctx, projectId, rows, (cards) => contentsOf(ctx, projectId, cards));
      return ids.flatMap((id) => {
        const row = byId.get(id);
        if (row === undefined) return [];
        const standing = standings.get(id);
        const isThere = standing?.state === 'current' || standing?.state === 'moved';
        const { title, content, tokens, source } = row;
        return [{ id, title, cite: isThere ? citeOf(row, standing) : null, content, tokens, source }];
      });
    },

    /** Changes what is given. Throws `invalid_input` for the content of what was read, `forbidden` for who sees another's card. */
    async update(ctx: Context, input: UpdateCard): Promise<Card> {
      await projects.require(ctx, input.projectId, 'cards.write');
      const before = await database.asUser(ctx.actor.userId, (db) => requireCard(db, input));
      const { title, content, category, visibility } = input;
      if (content !== undefined && before.source !== 'note' && before.source !== 'upload') {
        throw new AppError(
          'invalid_input',
          'Only notes and uploads are edited. This content was read where it comes from; read it again instead.',
        );
      }
      const isShared = before.sharedWith === null ? 'private' : 'project';
      if (visibility !== undefined && visibility !== isShared && before.ownerId !== ctx.actor.userId) {
        throw new AppError('forbidden', 'Only who made a card decides who sees it.');
      }
      const standing = await standingOf(ctx, before);
      const change = {
        ...(title === undefined ? {} : { title }),
        ...(category === undefined ? {} : { category }),
        ...(visibility === undefined ? {} : { sharedWith: visibility === 'project' ? input.projectId : null }),
        ...(content === undefined ? {} : { content, tokens: await tokensIn(content) }),
        updatedAt: clock.now(),
      };
      return toCard(await changeAndTell(deps, ctx, before, change, standing), standing);
    },

    /** Puts a card right before another, or last. */
    async move(ctx: Context, input: OfCard & { before: Id<'card'> | null }): Promise<CardHead> {
      const { projectId, id } = input;
      await projects.require(ctx, projectId, 'cards.write');
      const moving = await database.asUser(ctx.actor.userId, (db) => requireCard(db, input));
      const standing = await standingOf(ctx, moving);
      if (input.before === id) return toHead(moving, standing);
      const position = await database.asUser(ctx.actor.userId, async (db) => {
        const next = input.before === null ? null : await requireCard(db, { projectId, id: input.before });
        const previous = await neighbourBefore(db, projectId, next?.position ?? null, id);
        return positionBetween(previous, next?.position ?? null);
      });
      return toHead(await changeAndTell(deps, ctx, moving, { position }, standing), standing);
    },

    /** Takes a card away. It can be put back for a day; what was taken away before that is deleted now. */
    async remove(ctx: Context, input: OfCard): Promise<{ removed: boolean }> {
      await projects.require(ctx, input.projectId, 'cards.write');
      const now = clock.now();
      await database.asUser(ctx.actor.userId, async (db) => {
        const row = await changeCard(db, input.projectId, input.id, { removedAt: now });
        if (row === undefined) throw notFound('card');
        await announceCard(db, live, 'remove', toHead(row, undefined));
        await purgeCards(db, input.projectId, new Date(now.getTime() - keptAwayMs));
      });
      return { removed: true };
    },

    /** Puts a card back where it was. Throws `not_found` when it was not taken away, or over a day ago. */
    async restore(ctx: Context, input: OfCard): Promise<CardHead> {
      await projects.require(ctx, input.projectId, 'cards.write');
      const since = new Date(clock.now().getTime() - keptAwayMs);
      const row = await database.asUser(ctx.actor.userId, async (db) => {
        const restored = await restoreCard(db, input.projectId, input.id, since);
        if (restored === undefined) throw notFound('card');
        await announceCard(db, live, 'add', toHead(restored, undefined));
        return restored;
      });
      return toHead(row, await standingOf(ctx, row));
    },
  };
}

function afterOf(cursor: string | undefined): Place | null {
  if (cursor === undefined) return null;
  const [position, id] = decodeCursor(cursor, 2);
  return { position: String(position), id: String(id) as Place['id'] };
}
