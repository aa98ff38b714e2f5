import { type SQL, sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  doublePrecision,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';
import type {
  ChatMessage,
  Citation,
  Failure,
  Id,
  Memory,
  MemoryKind,
  MessagePart,
  MessageStatus,
  ModelName,
  TurnContext,
} from '@yudai/contract';
import { users } from '#features/accounts/schema.ts';
import { isMe, isAmong, ownerId, policy, projectId, systemPolicy } from '#platform/db/tenant.ts';

const moment = (name: string) => timestamp(name, { withTimezone: true });
/** Named for a foreign key only; it belongs to the cards. */
const contextCards = pgTable('context_cards', { id: text('id').primaryKey() });

/**
 * Whoever is in the project and whose the conversation is, or with whom it is shared. Who has left a project does not see what they said there
 * either.
 */
function isSeenBy(owner: AnyPgColumn, project: AnyPgColumn, sharedWith: AnyPgColumn, least: 'viewer' | 'member'): SQL {
  return sql`${isAmong(project, least)} and (${isMe(owner)} or ${sharedWith} is not null)`;
}

export const chatSessions = pgTable(
  'chat_sessions',
  {
    id: text('id').primaryKey().$type<Id<'session'>>(),
    ownerId: ownerId(),
    projectId: projectId(),
    /** The project when its members see the conversation; null when it is the owner's alone. */
    sharedWith: text('shared_with').$type<Id<'project'>>(),
    title: text('title').notNull(),
    /** Whether a person chose the title; until then it is the start of the first message. */
    titled: boolean('titled').notNull().default(false),
    ref: text('ref'),
    pinned: boolean('pinned').notNull().default(false),
    archived: boolean('archived').notNull().default(false),
    forkedFrom: jsonb('forked_from').$type<{ sessionId: Id<'session'>; messageId: Id<'message'> }>(),
    /** The last message of the branch that is shown. No foreign key, because messages refer to their session. */
    headId: text('head_id').$type<Id<'message'>>(),
    activeJobId: text('active_job_id').$type<Id<'job'>>(),
    messageCount: integer('message_count').notNull().default(0),
    /** Paths that no turn is given. */
    dropped: jsonb('dropped').notNull().$type<string[]>().default([]),
    createdAt: moment('created_at').notNull(),
    lastActivityAt: moment('last_activity_at').notNull(),
  },
  (table) => [
    check('chat_sessions_title', sql`length(${table.title}) between 1 and 200`),
    check('chat_sessions_shared', sql`${table.sharedWith} is null or ${table.sharedWith} = ${table.projectId}`),
    index('chat_sessions_of_project').on(
      table.projectId,
      table.pinned.desc(),
      table.lastActivityAt.desc(),
      table.id.desc(),
    ),
    index('chat_sessions_of_owner').on(table.ownerId),
    index('chat_sessions_quiet').on(table.lastActivityAt),
    policy('members', 'select', isSeenBy(table.ownerId, table.projectId, table.sharedWith, 'viewer')),
    policy('writers', 'all', isSeenBy(table.ownerId, table.projectId, table.sharedWith, 'member')),
    systemPolicy(),
  ],
);

/** Who sees the session sees what is in it; who may write in its project changes it. */
function sessionPolicies(session: AnyPgColumn) {
  const own = sql`select from chat_sessions where chat_sessions.id = ${session}`;
  return [
    policy('readers', 'select', sql`exists (${own})`),
    policy('writers', 'all', sql`exists (${own} and ${isAmong(chatSessions.projectId, 'member')})`),
    systemPolicy(),
  ];
}

export const chatMessages = pgTable(
  'chat_messages',
  {
    id: text('id').primaryKey().$type<Id<'message'>>(),
    sessionId: text('session_id').notNull().$type<Id<'session'>>(),
    parentId: text('parent_id').$type<Id<'message'>>(),
    role: text('role').notNull().$type<ChatMessage['role']>(),
    authorId: text('author_id')
      .$type<Id<'user'>>()
      .references(() => users.id, { onDelete: 'set null' }),
    status: text('status').notNull().$type<MessageStatus>(),
    /** How a waiting message wants to be taken; null for every other. */
    mode: text('mode').$type<'queue' | 'steer' | 'interrupt'>(),
    parts: jsonb('parts').notNull().$type<MessagePart[]>(),
    /** What was said, for search and for the turns that follow. */
    body: text('body').notNull(),
    /** Tokens (o200k_base) of the body. */
    tokens: integer('tokens').notNull(),
    citations: jsonb('citations').notNull().$type<Citation[]>().default([]),
    context: jsonb('context').$type<TurnContext>(),
    model: text('model').$type<ModelName>(),
    inputTokens: integer('input_tokens'),
    cachedTokens: integer('cached_tokens'),
    outputTokens: integer('output_tokens'),
    costMicros: bigint('cost_micros', { mode: 'number' }),
    durationMs: integer('duration_ms'),
    error: jsonb('error').$type<Failure>(),
    jobId: text('job_id').$type<Id<'job'>>(),
    /** The number of the last event of the session's feed that the parts hold, while they are being written. */
    streamSeq: bigint('stream_seq', { mode: 'number' }),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    check('chat_messages_role', sql`${table.role} in ('user', 'assistant')`),
    check('chat_messages_status', sql`${table.status} in ('queued', 'streaming', 'complete', 'stopped', 'failed')`),
    check('chat_messages_mode', sql`(${table.mode} is not null) = (${table.status} = 'queued')`),
    check('chat_messages_error', sql`(${table.error} is not null) = (${table.status} = 'failed')`),
    foreignKey({ columns: [table.sessionId], foreignColumns: [chatSessions.id] }).onDelete('cascade'),
    index('chat_messages_of_session').on(table.sessionId, table.id),
    index('chat_messages_of_parent').on(table.parentId),
    index('chat_messages_of_author').on(table.authorId),
    index('chat_messages_words').using('gin', sql`to_tsvector('simple', ${table.body})`),
    ...sessionPolicies(table.sessionId),
  ],
);

/** The cards that every turn of a session is given. */
export const sessionCards = pgTable(
  'session_cards',
  {
    sessionId: text('session_id').notNull().$type<Id<'session'>>(),
    cardId: text('card_id').notNull().$type<Id<'card'>>(),
    position: doublePrecision('position').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.sessionId, table.cardId] }),
    foreignKey({ columns: [table.sessionId], foreignColumns: [chatSessions.id] }).onDelete('cascade'),
    foreignKey({ columns: [table.cardId], foreignColumns: [contextCards.id] }).onDelete('cascade'),
    index('session_cards_of_card').on(table.cardId),
    ...sessionPolicies(table.sessionId),
  ],
);

export const chatAttachments = pgTable(
  'chat_attachments',
  {
    id: text('id').primaryKey().$type<Id<'attachment'>>(),
    sessionId: text('session_id').notNull().$type<Id<'session'>>(),
    /** The message it was sent with; null until then. */
    messageId: text('message_id').$type<Id<'message'>>(),
    name: text('name').notNull(),
    content: text('content').notNull(),
    tokens: integer('tokens').notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    foreignKey({ columns: [table.sessionId], foreignColumns: [chatSessions.id] }).onDelete('cascade'),
    foreignKey({ columns: [table.messageId], foreignColumns: [chatMessages.id] }).onDelete('cascade'),
    index('chat_attachments_of_session').on(table.sessionId),
    index('chat_attachments_of_message').on(table.messageId),
    ...sessionPolicies(table.sessionId),
  ],
);

/** What stands for the older part of a conversation in the turns that follow, up to this message and on its branch. */
export const chatSummaries = pgTable(
  'chat_summaries',
  {
    sessionId: text('session_id').notNull().$type<Id<'session'>>(),
    messageId: text('message_id').notNull().$type<Id<'message'>>(),
    body: text('body').notNull(),
    tokens: integer('tokens').notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.sessionId, table.messageId] }),
    foreignKey({ columns: [table.sessionId], foreignColumns: [chatSessions.id] }).onDelete('cascade'),
    foreignKey({ columns: [table.messageId], foreignColumns: [chatMessages.id] }).onDelete('cascade'),
    index('chat_summaries_of_message').on(table.messageId),
    ...sessionPolicies(table.sessionId),
  ],
);

/** What every turn of a session keeps in mind. */
export const chatMemories = pgTable(
  'chat_memories',
  {
    id: text('id').primaryKey().$type<Id<'memory'>>(),
    sessionId: text('session_id').notNull().$type<Id<'session'>>(),
    messageId: text('message_id').$type<Id<'message'>>(),
    origin: text('origin').notNull().$type<Memory['origin']>(),
    authorId: text('author_id')
      .$type<Id<'user'>>()
      .references(() => users.id, { onDelete: 'set null' }),
    kind: text('kind').notNull().$type<MemoryKind>(),
    body: text('body').notNull(),
    tokens: integer('tokens').notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    check('chat_memories_body', sql`length(${table.body}) between 1 and 1000`),
    foreignKey({ columns: [table.sessionId], foreignColumns: [chatSessions.id] }).onDelete('cascade'),
    foreignKey({ columns: [table.messageId], foreignColumns: [chatMessages.id] }).onDelete('set null'),
    index('chat_memories_of_session').on(table.sessionId, table.id),
    index('chat_memories_of_message').on(table.messageId),
    index('chat_memories_of_author').on(table.authorId),
    ...sessionPolicies(table.sessionId),
  ],
);

/** Who looks at a session now; a row counts for a minute. */
export const chatPresence = pgTable(
  'chat_presence',
  {
    sessionId: text('session_id').notNull().$type<Id<'session'>>(),
    userId: text('user_id')
      .notNull()
      .$type<Id<'user'>>()
      .references(() => users.id, { onDelete: 'cascade' }),
    seenAt: moment('seen_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.sessionId, table.userId] }),
    foreignKey({ columns: [table.sessionId], foreignColumns: [chatSessions.id] }).onDelete('cascade'),
    index('chat_presence_of_user').on(table.userId),
    ...sessionPolicies(table.sessionId),
  ],
);
