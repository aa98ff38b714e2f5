import { type SQL, sql } from 'drizzle-orm';
import { type AnyPgColumn, pgPolicy, pgRole, pgTable, text } from 'drizzle-orm/pg-core';
import type { Id } from '@yudai/contract';

/** The role that acts for one person: it sees the rows of `app.user_id`. */
export const appRole = pgRole('yudai_app').existing();
/** The role that acts for the system itself: it sees every row. */
export const systemRole = pgRole('yudai_system').existing();

/** Names the table for foreign keys only; its definition is in features/accounts/schema.ts, which the platform may not import. */
const users = pgTable('users', { id: text('id').primaryKey() });

/** The owner of a row: a column of every tenant table. Rows go when their owner goes. */
export function ownerId() {
  return text('owner_id')
    .notNull()
    .$type<Id<'user'>>()
    .references(() => users.id, { onDelete: 'cascade' });
}

/**
 * The policies of a tenant table: a person sees and changes what is theirs, the system everything, anybody else nothing. The login is a
 * member of both roles and so inherits their policies; that it must have become the system role keeps it out all the same.
 */
export function tenantPolicies(owner: AnyPgColumn) {
  return [
    policy('owner', appRole, sql`${owner} = (select current_setting('app.user_id', true))`),
    policy('system', systemRole, sql`current_user = 'yudai_system'`),
  ];
}

function policy(name: string, to: typeof appRole, rule: SQL) {
  return pgPolicy(name, { for: 'all', to, using: rule, withCheck: rule });
}
