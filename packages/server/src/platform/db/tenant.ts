import { type SQL, sql } from 'drizzle-orm';
import { type AnyPgColumn, pgPolicy, pgRole, pgTable, text } from 'drizzle-orm/pg-core';
import type { Id } from '@yudai/contract';

/** The role that acts for one person: it sees the rows of `app.user_id`. */
export const appRole = pgRole('yudai_app').existing();
/** The role that acts for the system itself: it sees every row. */
export const systemRole = pgRole('yudai_system').existing();

/** Names the tables for foreign keys only; their definitions are in the features, which the platform may not import. */
const users = pgTable('users', { id: text('id').primaryKey() });
const projects = pgTable('projects', { id: text('id').primaryKey() });

/** The owner of a row: a column of every tenant table. Rows go when their owner goes. */
export function ownerId() {
  return text('owner_id')
    .notNull()
    .$type<Id<'user'>>()
    .references(() => users.id, { onDelete: 'cascade' });
}

/** A project that a row belongs to. Rows go when their project goes. */
export function projectId() {
  return text('project_id')
    .notNull()
    .$type<Id<'project'>>()
    .references(() => projects.id, { onDelete: 'cascade' });
}

/**
 * The policies of what belongs to one person: they see and change what is theirs, the system everything, anybody else nothing. The login is
 * a member of both roles and so inherits their policies; that it must have become the system role keeps it out all the same.
 */
export function tenantPolicies(owner: AnyPgColumn) {
  return [policy('owner', 'all', isMe(owner)), systemPolicy()];
}

/** The policies of what belongs to a project: its members see it, those from `member` up change it. */
export function projectPolicies(project: AnyPgColumn) {
  return [
    policy('members', 'select', isAmong(project, 'viewer')),
    policy('writers', 'all', isAmong(project, 'member')),
    systemPolicy(),
  ];
}

/** The policies of what a person made, and of what they made in a project: that is its members' as well. */
export function sharedPolicies(owner: AnyPgColumn, project: AnyPgColumn) {
  return [
    policy('members', 'select', sql`${isMe(owner)} or ${isOneOf(project, 'viewer')}`),
    policy('writers', 'all', sql`${isMe(owner)} or ${isOneOf(project, 'member')}`),
    systemPolicy(),
  ];
}

/** The policies of a part of something else: who sees that sees this. `parent` is asked with its own policies. */
export function partPolicies(parent: SQL) {
  return [policy('parent', 'all', sql`exists (${parent})`), systemPolicy()];
}

/** What only the system touches, such as what a sign-in leaves behind between two requests. */
export function systemPolicies() {
  return [systemPolicy()];
}

export function isMe(user: AnyPgColumn): SQL {
  return sql`${user} = (select current_setting('app.user_id', true))`;
}

/** Whether the person is a member of this project with at least this role; asked once a query (migration 0012). */
export function isOneOf(project: AnyPgColumn, least: 'viewer' | 'member' | 'admin' | 'owner'): SQL {
  return sql`${project} = any ((select yudai_projects(${sql.raw(`'${least}'`)}))::text[])`;
}

/**
 * The same, looked up in a hash table instead of along a list: each row costs the same for who is in a thousand projects. No index answers
 * it, so it is for tables whose queries name the project or the person themselves.
 */
export function isAmong(project: AnyPgColumn, least: 'viewer' | 'member'): SQL {
  return sql`${project} in (select unnest(yudai_projects(${sql.raw(`'${least}'`)})))`;
}

export function policy(name: string, what: 'all' | 'select' | 'insert' | 'update' | 'delete', rule: SQL) {
  const rules = {
    ...(what === 'insert' ? {} : { using: rule }),
    ...(what === 'select' || what === 'delete' ? {} : { withCheck: rule }),
  };
  return pgPolicy(name, { for: what, to: appRole, ...rules });
}

export function systemPolicy() {
  const rule = sql`current_user = 'yudai_system'`;
  return pgPolicy('system', { for: 'all', to: systemRole, using: rule, withCheck: rule });
}
