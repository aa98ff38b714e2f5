import { bigint, check, index, integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import { sql } from 'drizzle-orm';
import type { Id, ModelName, ModelOutcome, ModelRole } from '@yudai/contract';
import { isMe, isAmong, ownerId, policy, systemPolicy } from '#platform/db/tenant.ts';

/**
 * One row per call of a model: what it used and what that cost. Members of its project see it; nobody changes it. Job, conversation and
 * project may be gone meanwhile: what was spent stays spent.
 */
export const modelCalls = pgTable(
  'model_calls',
  {
    id: text('id').primaryKey().$type<Id<'modelCall'>>(),
    ownerId: ownerId(),
    projectId: text('project_id').$type<Id<'project'>>(),
    jobId: text('job_id').$type<Id<'job'>>(),
    sessionId: text('session_id').$type<Id<'session'>>(),
    role: text('role').notNull().$type<ModelRole>(),
    model: text('model').notNull().$type<ModelName>(),
    outcome: text('outcome').notNull().$type<ModelOutcome>(),
    inputTokens: integer('input_tokens').notNull(),
    cachedTokens: integer('cached_tokens').notNull(),
    outputTokens: integer('output_tokens').notNull(),
    reasoningTokens: integer('reasoning_tokens').notNull(),
    /** Micro-dollars; null when the price is not known. */
    costMicros: bigint('cost_micros', { mode: 'number' }),
    ms: integer('ms').notNull(),
    firstTokenMs: integer('first_token_ms'),
    attempts: integer('attempts').notNull(),
    at: timestamp('at', { withTimezone: true }).notNull(),
  },
  (table) => [
    check(
      'model_calls_counts',
      sql`${table.inputTokens} >= 0 and ${table.outputTokens} >= 0 and ${table.attempts} >= 0`,
    ),
    index('model_calls_of_owner').on(table.ownerId, table.at.desc()),
    index('model_calls_of_project').on(table.projectId, table.at.desc()),
    index('model_calls_by_age').on(table.at),
    policy('members', 'select', sql`${isMe(table.ownerId)} or ${isAmong(table.projectId, 'viewer')}`),
    policy('owner', 'insert', isMe(table.ownerId)),
    systemPolicy(),
  ],
);
