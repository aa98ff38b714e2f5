import { sql } from 'drizzle-orm';
import { check, customType, index, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import {
  type CardAnchor,
  cardCategories,
  type CardCategory,
  type CardSource,
  cardSources,
  type Id,
} from '@yudai/contract';
import { isMe, isOneOf, ownerId, policy, projectId, systemPolicy } from '#platform/db/tenant.ts';

/** Named for a foreign key only; it belongs to the chat. */
const chatSessions = pgTable('chat_sessions', { id: text('id').primaryKey() });
const moment = (name: string) => timestamp(name, { withTimezone: true });
/** Text that is compared byte by byte, whatever the language of the database. */
const orderKey = customType<{ data: string }>({ dataType: () => 'text collate "C"' });
const oneOf = (words: readonly string[]) => sql.raw(words.map((word) => `'${word}'`).join(', '));

/** What people keep for later: text, where it comes from, and what it is pinned to. */
export const contextCards = pgTable(
  'context_cards',
  {
    id: text('id').primaryKey().$type<Id<'card'>>(),
    projectId: projectId(),
    ownerId: ownerId(),
    /** The project, when its members see the card as well; else its owner alone does. */
    sharedWith: text('shared_with').$type<Id<'project'>>(),
    /** Where it was made. It stays when the conversation goes. */
    sessionId: text('session_id')
      .$type<Id<'session'>>()
      .references(() => chatSessions.id, { onDelete: 'set null' }),
    title: text('title').notNull(),
    content: text('content').notNull(),
    source: text('source').notNull().$type<CardSource>(),
    category: text('category').notNull().$type<CardCategory>(),
    anchor: jsonb('anchor').$type<CardAnchor>(),
    tokens: integer('tokens').notNull(),
    /** Its place among the cards of the project; between any two there is always another. */
    position: orderKey('position').notNull(),
    readAt: moment('read_at'),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
    /** Set when it was taken away: it can be put back for a day. */
    removedAt: moment('removed_at'),
  },
  (table) => {
    const isSeen = sql`(${isMe(table.ownerId)} or ${table.sharedWith} is not null)`;
    const isWriter = sql`${isOneOf(table.projectId, 'member')} and ${isSeen}`;
    return [
      check('context_cards_title', sql`length(${table.title}) between 1 and 200`),
      check('context_cards_content', sql`length(${table.content}) <= 200000`),
      check('context_cards_source', sql`${table.source} in (${oneOf(cardSources)})`),
      check('context_cards_category', sql`${table.category} in (${oneOf(cardCategories)})`),
      check('context_cards_shared', sql`${table.sharedWith} = ${table.projectId}`),
      index('context_cards_in_order')
        .on(table.projectId, table.position, table.id)
        .where(sql`removed_at is null`),
      index('context_cards_of_owner').on(table.ownerId),
      index('context_cards_of_session').on(table.sessionId),
      index('context_cards_removed')
        .on(table.projectId, table.removedAt)
        .where(sql`removed_at is not null`),
      policy('members', 'select', sql`${isOneOf(table.projectId, 'viewer')} and ${isSeen}`),
      policy('makers', 'insert', sql`${isOneOf(table.projectId, 'member')} and ${isMe(table.ownerId)}`),
      policy('writers', 'update', isWriter),
      policy('removers', 'delete', isWriter),
      systemPolicy(),
    ];
  },
);
