import { bigint, foreignKey, index, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core';
import type { LiveMessage, Topic } from '@yudai/contract';
import { ownerId, tenantPolicies } from '#platform/db/tenant.ts';

/** One row per feed: its owner, and the number of its last event. Appending locks this row, which orders the feed by commit. */
export const liveTopics = pgTable(
  'live_topics',
  {
    topic: text('topic').primaryKey().$type<Topic>(),
    ownerId: ownerId(),
    lastSeq: bigint('last_seq', { mode: 'number' }).notNull(),
    /** Events up to this number have been pruned. */
    prunedSeq: bigint('pruned_seq', { mode: 'number' }).notNull().default(0),
  },
  (table) => [index('live_topics_owner').on(table.ownerId), ...tenantPolicies(table.ownerId)],
);

export const liveEvents = pgTable(
  'live_events',
  {
    topic: text('topic').notNull().$type<Topic>(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    ownerId: ownerId(),
    type: text('type').notNull().$type<LiveMessage['type']>(),
    data: jsonb('data').notNull().$type<LiveMessage['data']>(),
    at: timestamp('at', { withTimezone: true }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.topic, table.seq] }),
    foreignKey({ columns: [table.topic], foreignColumns: [liveTopics.topic] }).onDelete('cascade'),
    index('live_events_owner').on(table.ownerId),
    index('live_events_at').on(table.at),
    ...tenantPolicies(table.ownerId),
  ],
);
