import type { Id } from '@yudai/contract';
import { notFound } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import type { Database, Db } from '#platform/db/index.ts';
import type { Live } from '#platform/live/index.ts';
import { announceCard, announceVisibility } from './announce.ts';
import { toHead } from './present.ts';
import type { Standing } from './reanchor.ts';
import { type CardChange, cardOf, type CardRow, changeCard } from './store.ts';

export interface ChangeDeps {
  readonly database: Database;
  readonly live: Pick<Live, 'append'>;
}

export type OfCard = { readonly projectId: Id<'project'>; readonly id: Id<'card'> };

export async function requireCard(db: Db, { projectId, id }: OfCard): Promise<CardRow> {
  const row = await cardOf(db, projectId, id);
  if (row === undefined) throw notFound('card');
  return row;
}

/** Changes a card and tells who sees it. Throws `not_found` when it went meanwhile. */
export async function changeAndTell(
  { database, live }: ChangeDeps,
  ctx: Context,
  before: CardRow,
  changed: CardChange,
  standing: Standing | undefined,
): Promise<CardRow> {
  return database.asUser(ctx.actor.userId, async (db) => {
    const row = await changeCard(db, before.projectId, before.id, changed);
    if (row === undefined) throw notFound('card');
    const [was, is] = [toHead(before, standing), toHead(row, standing)];
    if (was.visibility === is.visibility) await announceCard(db, live, 'update', is);
    else await announceVisibility(db, live, was, is);
    return row;
  });
}
