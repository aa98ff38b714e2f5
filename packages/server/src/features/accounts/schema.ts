import { boolean, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import type { Id } from '@yudai/contract';
import { tenantPolicies } from '#platform/db/tenant.ts';

export const users = pgTable(
  'users',
  {
    id: text('id').primaryKey().$type<Id<'user'>>(),
    name: text('name').notNull(),
    /** The one owner of an installation without sign-in carries true, everybody else null: so only one row may. */
    localOwner: boolean('local_owner').unique(),
    createdAt: timestamp('created_at', { withTimezone: true }).notNull(),
  },
  (table) => tenantPolicies(table.id),
);
