import { and, asc, desc, eq, gt, ilike, inArray, isNotNull, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import type { CardCategory, CardSource, Id } from '@yudai/contract';
import type { Db } from '#platform/db/index.ts';
import { contextCards } from './schema.ts';

export type CardRow = typeof contextCards.$inferSelect;
export type CardChange = Partial<Omit<CardRow, 'id' | 'projectId' | 'ownerId'>>;

/** A row with the start of its content only. */
export type CardHeadRow = Omit<CardRow, 'content'> & { readonly excerpt: string };

export interface CardFilter {
  readonly projectId: Id<'project'>;
  readonly query?: string | undefined;
  readonly source?: CardSource | undefined;
  readonly category?: CardCategory | undefined;
}

export type Place = Pick<CardRow, 'position' | 'id'>;

const { content: _content, ...columns } = columnsOf();
const headColumns = {
  ...columns,
  excerpt: sql<string>`left(${contextCards.content}, 200)`,
};

export async function insertCards(db: Db, rows: readonly CardRow[]): Promise<void> {
  if (rows.length > 0) await db.insert(contextCards).values([...rows]);
}

/** In their order, after this one. */
export async function cardsAfter(
  db: Db,
  filter: CardFilter,
  after: Place | null,
  limit: number,
): Promise<CardHeadRow[]> {
  return db
    .select(headColumns)
    .from(contextCards)
    .where(and(isAmong(filter), isAfter(after)))
    .orderBy(asc(contextCards.position), asc(contextCards.id))
    .limit(limit);
}

/** The same with all of their content. */
export async function wholeCardsAfter(
  db: Db,
  filter: CardFilter,
  after: Place | null,
  limit: number,
): Promise<CardRow[]> {
  return db
    .select()
    .from(contextCards)
    .where(and(isAmong(filter), isAfter(after)))
    .orderBy(asc(contextCards.position), asc(contextCards.id))
    .limit(limit);
}

export async function totalOf(db: Db, filter: CardFilter): Promise<{ cards: number; tokens: number }> {
  const [row] = await db
    .select({
      cards: sql<number>`count(*)::int`,
      tokens: sql<string>`coalesce(sum(${contextCards.tokens}), 0)`,
    })
    .from(contextCards)
    .where(isAmong(filter));
  return { cards: row?.cards ?? 0, tokens: Number(row?.tokens ?? 0) };
}

export async function cardOf(db: Db, projectId: Id<'project'>, id: Id<'card'>): Promise<CardRow | undefined> {
  const [row] = await db.select().from(contextCards).where(isOne(projectId, id));
  return row;
}

/** In any order. */
export async function cardsOf(db: Db, projectId: Id<'project'>, ids: readonly Id<'card'>[]): Promise<CardRow[]> {
  return db
    .select()
    .from(contextCards)
    .where(
      and(eq(contextCards.projectId, projectId), inArray(contextCards.id, [...ids]), isNull(contextCards.removedAt)),
    );
}

/** Changes a card that is there; undefined when it is not, or not any more. */
export async function changeCard(
  db: Db,
  projectId: Id<'project'>,
  id: Id<'card'>,
  change: CardChange,
): Promise<CardRow | undefined> {
  const [row] = await db.update(contextCards).set(change).where(isOne(projectId, id)).returning();
  return row;
}

/** The one that was taken away at or after this moment, put back; undefined when there is none. */
export async function restoreCard(
  db: Db,
  projectId: Id<'project'>,
  id: Id<'card'>,
  since: Date,
): Promise<CardRow | undefined> {
  const { removedAt } = contextCards;
  const [row] = await db
    .update(contextCards)
    .set({ removedAt: null })
    .where(
      and(
        eq(contextCards.projectId, projectId),
        eq(contextCards.id, id),
        sql`${removedAt} >= ${since.toISOString()}::timestamptz`,
      ),
    )
    .returning();
  return row;
}

/** Deletes for good what was taken away before this moment. */
export async function purgeCards(db: Db, projectId: Id<'project'>, before: Date): Promise<void> {
  const { removedAt } = contextCards;
  await db
    .delete(contextCards)
    .where(and(eq(contextCards.projectId, projectId), isNotNull(removedAt), lt(removedAt, before)));
}

/** The position right before this one, or the last of all; null when nothing is before. The card `except` does not count. */
export async function neighbourBefore(
  db: Db,
  projectId: Id<'project'>,
  position: string | null,
  except?: Id<'card'>,
): Promise<string | null> {
  const [row] = await db
    .select({ position: contextCards.position })
    .from(contextCards)
    .where(
      and(
        isAmong({ projectId }),
        position === null ? undefined : lt(contextCards.position, position),
        except === undefined ? undefined : sql`${contextCards.id} <> ${except}`,
      ),
    )
    .orderBy(desc(contextCards.position), desc(contextCards.id))
    .limit(1);
  return row?.position ?? null;
}

function isAmong({ projectId, query, source, category }: CardFilter): SQL | undefined {
  const { title, content } = contextCards;
  const pattern = query === undefined || query === '' ? undefined : `%${query.replaceAll(/[\\%_]/g, '\\$&')}%`;
  return and(
    eq(contextCards.projectId, projectId),
    isNull(contextCards.removedAt),
    source === undefined ? undefined : eq(contextCards.source, source),
    category === undefined ? undefined : eq(contextCards.category, category),
    pattern === undefined ? undefined : or(ilike(title, pattern), ilike(content, pattern)),
  );
}

function isAfter(after: Place | null): SQL | undefined {
  const { position, id } = contextCards;
  return after === null
    ? undefined
    : or(gt(position, after.position), and(eq(position, after.position), gt(id, after.id)));
}

function isOne(projectId: Id<'project'>, id: Id<'card'>): SQL | undefined {
  return and(eq(contextCards.projectId, projectId), eq(contextCards.id, id), isNull(contextCards.removedAt));
}

function columnsOf() {
  const { id, projectId, ownerId, sharedWith, sessionId, title, content, source, category } = contextCards;
  const { anchor, tokens, position, readAt, createdAt, updatedAt, removedAt } = contextCards;
  const what = { id, projectId, ownerId, sharedWith, sessionId, title, content, source, category };
  return { ...what, anchor, tokens, position, readAt, createdAt, updatedAt, removedAt };
}
