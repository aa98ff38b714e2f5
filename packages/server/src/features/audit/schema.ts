import { sql } from 'drizzle-orm';
import { bigint, boolean, check, index, jsonb, pgPolicy, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import type { AuditAction, AuditVia } from '@yudai/contract';
import { isMe, isOneOf, policy, systemRole } from '#platform/db/tenant.ts';

/**
 * What was done, for ever. Only the function `yudai_audit` appends to it, in the transaction of whoever acted; nobody changes or
 * removes a row: the roles may not, and a trigger stops the tables' owner. Names and ids are copies: they outlive what they name.
 */
export const auditEntries = pgTable(
  'audit_entries',
  {
    seq: bigint('seq', { mode: 'number' }).primaryKey(),
    at: timestamp('at', { withTimezone: true }).notNull(),
    actorId: text('actor_id'),
    actorName: text('actor_name').notNull(),
    via: text('via').notNull().$type<AuditVia>(),
    action: text('action').notNull().$type<AuditAction>(),
    targetKind: text('target_kind'),
    targetId: text('target_id'),
    projectId: text('project_id'),
    address: text('address'),
    requestId: text('request_id'),
    details: jsonb('details').notNull().$type<Record<string, unknown>>(),
    /** Everything above as one text: what the hash is taken of. */
    body: text('body').notNull(),
    previousHash: text('previous_hash').notNull(),
    hash: text('hash').notNull(),
  },
  (table) => [
    index('audit_entries_actor').on(table.actorId, table.seq),
    index('audit_entries_project').on(table.projectId, table.seq),
    index('audit_entries_action').on(table.action, table.seq),
    index('audit_entries_at').on(table.at),
    policy('own', 'select', isMe(table.actorId)),
    policy('admins', 'select', isOneOf(table.projectId, 'admin')),
    policy('administrators', 'select', sql`(select yudai_is_administrator())`),
    pgPolicy('system', { for: 'select', to: systemRole, using: sql`current_user = 'yudai_system'` }),
    // The function runs as the tables' owner, who is neither role.
    pgPolicy('append', {
      for: 'insert',
      to: 'public',
      withCheck: sql`current_user not in ('yudai_app', 'yudai_system')`,
    }),
  ],
);

/** One row: the end of the chain, which every append locks. Without it nobody would miss the last entries. */
export const auditHead = pgTable(
  'audit_head',
  {
    one: boolean('one').primaryKey().default(true),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    hash: text('hash').notNull(),
  },
  (table) => [check('audit_head_one', sql`${table.one}`)],
);
