import { eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { Id, LiveEvent, LiveMessage, Topic } from '@yudai/contract';
import type { Database, Db } from '#platform/db/index.ts';
import { liveEvents, liveTopics } from './schema.ts';

/** The channel that says `topic=seq` for every event, once its transaction has committed. */
export const liveChannel = 'yudai_live';

/** Whose a topic is: a person's, and when it is about a project also its members'. */
export interface FeedOf {
  readonly ownerId: Id<'user'>;
  readonly projectId?: Id<'project'> | null;
}

/** Where a topic stands: its last number, and the last one that is no longer kept. */
export interface TopicState {
  readonly lastSeq: number;
  readonly prunedSeq: number;
}

/** An event and how many bytes its data takes, for buffers that are bounded by size. */
export interface SizedEvent {
  readonly event: LiveEvent;
  readonly bytes: number;
}

/**
 * Numbers and stores one event, making its topic when it is new. Undefined when the topic belongs to somebody else. The topic's row stays
 * locked until the transaction ends, so numbers are given in the order of commits and without gaps. The function (migration 0015) decides who
 * may append where, because telling somebody is not reading what they were told.
 */
export async function insertEvent(
  db: Db,
  event: FeedOf & { readonly topic: Topic; readonly message: LiveMessage; readonly at: Date },
): Promise<number | undefined> {
  const { topic, ownerId, projectId = null, message, at } = event;
  const { rows } = await db.execute<{ seq: string | null }>(sql`
    select yudai_append(${liveChannel}, ${topic}, ${ownerId}, ${projectId}, ${message.type}, ${JSON.stringify(message.data)}::jsonb,
      ${at.toISOString()}::timestamptz) as seq`);
  const seq = rows[0]?.seq ?? null;
  return seq === null ? undefined : Number(seq);
}

/** An event that has no number yet. */
export type NewEvent = FeedOf & { readonly topic: Topic; readonly message: LiveMessage };

/** The numbers of events that were stored together, undefined for a topic of somebody else, and what is to be told of them. */
export interface StoredEvents {
  readonly numbers: (number | undefined)[];
  readonly told: SizedEvent[];
}

/** The same for many events, in this order and in one statement. The system's alone: it may append everywhere. */
export async function insertEvents(
  database: Pick<Database, 'askAsSystem'>,
  events: readonly NewEvent[],
  at: Date,
): Promise<StoredEvents> {
  const column = (of: (event: NewEvent) => string | null) => sql.param(events.map(of));
  const contents = events.map(({ message }) => JSON.stringify(message.data));
  const rows = await database.askAsSystem<{ seq: string | null }>(sql`
    select yudai_append(${liveChannel}, topic, owner, project, kind, content::jsonb, ${at.toISOString()}::timestamptz) as seq
    from unnest(${column(({ topic }) => topic)}::text[], ${column(({ ownerId }) => ownerId)}::text[],
      ${column(({ projectId = null }) => projectId)}::text[], ${column(({ message }) => message.type)}::text[],
      ${sql.param(contents)}::text[]
    ) with ordinality as event (topic, owner, project, kind, content, place) order by place`);
  const numbers = rows.map(({ seq }) => (seq === null ? undefined : Number(seq)));
  const told = events.flatMap(({ topic, message }, place): SizedEvent[] => {
    const seq = numbers[place];
    if (seq === undefined) return [];
    return [
      { event: { topic, seq, at: at.toISOString(), ...message }, bytes: Buffer.byteLength(contents[place] ?? '') },
    ];
  });
  return { numbers, told };
}

/** Reads `topic=seq`; undefined when it is not one of ours. */
export function parseNotice(payload: string): { topic: Topic; seq: number } | undefined {
  const at = payload.lastIndexOf('=');
  const seq = Number(payload.slice(at + 1));
  return at > 0 && Number.isSafeInteger(seq) ? { topic: payload.slice(0, at), seq } : undefined;
}

export async function insertTopic(db: Db, of: FeedOf, topic: Topic): Promise<void> {
  await db
    .insert(liveTopics)
    .values({ ...of, topic, lastSeq: 0 })
    .onConflictDoNothing({ target: liveTopics.topic });
}

export async function shareTopic(db: Db, topic: Topic, projectId: Id<'project'> | null): Promise<void> {
  await db.update(liveTopics).set({ projectId }).where(eq(liveTopics.topic, topic));
}

export async function deleteTopics(db: Db, topics: readonly Topic[]): Promise<void> {
  if (topics.length > 0) await db.delete(liveTopics).where(inArray(liveTopics.topic, [...topics]));
}

/** Those of the topics that exist and that row-level security shows. */
export async function statesOf(db: Db, topics: readonly Topic[]): Promise<Map<Topic, TopicState>> {
  if (topics.length === 0) return new Map();
  const rows = await db
    .select({ topic: liveTopics.topic, lastSeq: liveTopics.lastSeq, prunedSeq: liveTopics.prunedSeq })
    .from(liveTopics)
    .where(inArray(liveTopics.topic, [...topics]));
  return new Map(rows.map((row) => [row.topic, { lastSeq: row.lastSeq, prunedSeq: row.prunedSeq }]));
}

/** What follows the given number in each topic, at most `limit` events of each, ordered by number within a topic. */
export async function eventsAfter(
  ask: (statement: SQL) => Promise<EventRow[]>,
  cursors: ReadonlyMap<Topic, number>,
  limit: number,
): Promise<SizedEvent[]> {
  const rows = await ask(sql`
    select e.topic, e.seq, e.type, e.data, octet_length(e.data::text) as bytes,
      to_char(e.at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
    from unnest(${sql.param([...cursors.keys()])}::text[], ${sql.param([...cursors.values()])}::bigint[]) as wanted (topic, after)
    cross join lateral (
      select * from live_events where topic = wanted.topic and seq > wanted.after order by seq limit ${limit}
    ) e order by e.topic, e.seq`);
  return rows.map(toSizedEvent);
}

/** Deletes what is older than this from up to 200 topics, always the first events of a topic; returns how many events went. */
export async function deleteEventsBefore(db: Db, before: Date): Promise<number> {
  const { rows } = await db.execute<{ deleted: number }>(sql`
    with cut as (
      select topic, max(seq) as seq from ${liveEvents} where at < ${before.toISOString()}::timestamptz group by topic order by topic limit 200
    ), marked as (
      update live_topics t set pruned_seq = cut.seq from cut where t.topic = cut.topic
    ), deleted as (
      delete from live_events e using cut where e.topic = cut.topic and e.seq <= cut.seq returning 1
    )
    select count(*)::int as deleted from deleted`);
  return rows[0]?.deleted ?? 0;
}

export type EventRow = {
  readonly topic: Topic;
  readonly seq: string;
  readonly type: string;
  readonly data: unknown;
  readonly bytes: number;
  readonly at: string;
};

/** Rows come from `insertEvent` alone, which takes nothing but a LiveMessage; so type and data belong together. */
function toSizedEvent(row: EventRow): SizedEvent {
  const { topic, type, data, at } = row;
  return { event: { topic, seq: Number(row.seq), at, type, data } as LiveEvent, bytes: row.bytes };
}
