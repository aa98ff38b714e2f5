import { bigint, foreignKey, index, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import type { LiveMessage, Topic } from '@yudai/contract';
import { sql } from 'drizzle-orm';
import type { Id } from '@yudai/contract';
import { ownerId, partPolicies, sharedPolicies } from '#platform/db/tenant.ts';

/** One row per feed: its owner, and the number of its last event. Appending locks this row, which orders the feed by commit. */
export const liveTopics = pgTable(
  'live_topics',
  {
    topic: text('topic').primaryKey().$type<Topic>(),
    ownerId: ownerId(),
    /** The project that it is about, whose members may watch it. */
    projectId: text('project_id').$type<Id<'project'>>(),
    lastSeq: bigint('last_seq', { mode: 'number' }).notNull(),
    /** Events up to this number have been pruned. */
    prunedSeq: bigint('pruned_seq', { mode: 'number' }).notNull().default(0),
  },
  (table) => [
    index('live_topics_owner').on(table.ownerId),
    index('live_topics_project').on(table.projectId),
    ...sharedPolicies(table.ownerId, table.projectId),
  ],
);

export const liveEvents = pgTable(
  'live_events',
  {
    topic: text('topic').notNull().$type<Topic>(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    type: text('type').notNull().$type<LiveMessage['type']>(),
    data: jsonb('data').notNull().$type<LiveMessage['data']>(),
    at: timestamp('at', { withTimezone: true }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.topic, table.seq] }),
    foreignKey({ columns: [table.topic], foreignColumns: [liveTopics.topic] }).onDelete('cascade'),
    index('live_events_at').on(table.at),
    ...partPolicies(sql`select from live_topics where live_topics.topic = ${table.topic}`),
  ],
);
