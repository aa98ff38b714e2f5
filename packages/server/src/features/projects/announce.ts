import type { Id, LiveMessage } from '@yudai/contract';
import type { Db } from '#platform/db/index.ts';
import type { Live } from '#platform/live/index.ts';
import { memberIdsOf } from './member-store.ts';

export type ProjectChange = Extract<LiveMessage, { type: 'project_update' }>['data']['change'];

/** Tells who watches the project, and everybody in it. A deletion is said before it is done, for then there are no members left. */
export async function announceProject(
  db: Db,
  live: Pick<Live, 'append'>,
  { id, ownerId }: { readonly id: Id<'project'>; readonly ownerId: Id<'user'> },
  change: ProjectChange,
): Promise<void> {
  const message = { type: 'project_update' as const, data: { projectId: id, change } };
  if (change !== 'deleted') await live.append(db, { ownerId, projectId: id }, `project:${id}`, message);
  for (const userId of await memberIdsOf(db, id)) await live.append(db, { ownerId: userId }, `user:${userId}`, message);
}
