import type { CardHead } from '@yudai/contract';
import type { Db } from '#platform/db/index.ts';
import type { Live } from '#platform/live/index.ts';

export type CardAction = 'add' | 'update' | 'remove';

/** Tells who sees the card: everybody in the project of a shared one, its owner of one of their own. */
export async function announceCard(
  db: Db,
  live: Pick<Live, 'append'>,
  action: CardAction,
  card: CardHead,
): Promise<void> {
  const { ownerId, projectId } = card;
  const message = { type: 'context_card' as const, data: { action, card } };
  if (card.visibility === 'project') await live.append(db, { ownerId, projectId }, `project:${projectId}`, message);
  else await live.append(db, { ownerId }, `user:${ownerId}`, message);
}

/** Tells that others see a card from now on, or no longer do. */
export async function announceVisibility(
  db: Db,
  live: Pick<Live, 'append'>,
  before: CardHead,
  after: CardHead,
): Promise<void> {
  // Those who may not see it any more are not told what it says now. Feeds are written in one order everywhere: the project's first.
  if (before.visibility === 'project') await announceCard(db, live, 'remove', before);
  await announceCard(db, live, after.visibility === 'project' ? 'add' : 'update', after);
}
