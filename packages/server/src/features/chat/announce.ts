import type { AgentStatus, ChatMessage, Id, LiveMessage, Person } from '@yudai/contract';
import type { Clock } from '#kernel/clock.ts';
import { invariant } from '#kernel/invariant.ts';
import type { Db } from '#platform/db/index.ts';
import type { Live } from '#platform/live/index.ts';
import type { MessageRow } from './message-store.ts';
import { toMessages, toSession } from './present.ts';
import { peopleOf, presentIn, type SessionRow, statisticsOf } from './store.ts';

/** How long somebody counts as being here after they last said so. */
export const presenceMs = 60_000;

export interface Announcer {
  readonly live: Pick<Live, 'append'>;
  readonly clock: Clock;
}

/** Whose the feed of a session is: its owner's, and when it is shared the project's. */
export function feedOf({ ownerId, sharedWith }: SessionRow) {
  return { ownerId, projectId: sharedWith };
}

/** Tells on the feed of a session. The caller holds the session's row (`lockSession`), so that news come in one order. */
export async function tell(
  { live }: Pick<Announcer, 'live'>,
  db: Db,
  session: SessionRow,
  message: LiveMessage,
): Promise<number> {
  return live.append(db, feedOf(session), `session:${session.id}`, message);
}

/** The session as it is now. Who is here is looked up, unless the caller knows: the system sees nobody's profile. */
export async function tellSession(
  deps: Announcer,
  db: Db,
  session: SessionRow,
  known?: readonly Person[],
): Promise<void> {
  const present = known === undefined ? await presentPeople(deps, db, session.id) : [...known];
  const data = { session: toSession(session), present, dropped: session.dropped };
  await tell(deps, db, session, { type: 'session_update', data });
}

/** Returns what it told, and the number of the event. */
export async function tellMessage(
  deps: Pick<Announcer, 'live'>,
  db: Db,
  session: SessionRow,
  row: MessageRow,
  action: 'added' | 'updated',
): Promise<{ message: ChatMessage; seq: number }> {
  const [message] = await toMessages(db, session.id, [row]);
  invariant(message !== undefined, 'every row is a message');
  return { message, seq: await tell(deps, db, session, { type: 'message', data: { action, message } }) };
}

export async function tellStatistics(deps: Pick<Announcer, 'live'>, db: Db, session: SessionRow): Promise<void> {
  const data = { ...(await statisticsOf(db, session.id)), sessionId: session.id };
  await tell(deps, db, session, { type: 'statistics', data });
}

export async function tellAgent(
  deps: Pick<Announcer, 'live'>,
  db: Db,
  session: SessionRow,
  status: Pick<AgentStatus, 'status' | 'jobId'> & Partial<AgentStatus>,
): Promise<void> {
  const idle = { task: null, progress: 0, startedAt: null, finishedAt: null, error: null };
  const data: AgentStatus = { sessionId: session.id, agent: 'daifu', ...idle, ...status };
  await tell(deps, db, session, { type: 'agent_status', data });
}

/** Who looks at the session now. */
export async function presentPeople({ clock }: Pick<Announcer, 'clock'>, db: Db, id: Id<'session'>) {
  const ids = await presentIn(db, id, new Date(clock.now().getTime() - presenceMs));
  const people = await peopleOf(db, ids);
  return ids.flatMap((userId) => people.get(userId) ?? []);
}
