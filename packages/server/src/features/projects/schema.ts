import { type SQL, sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { Failure, GivenRole, Id, Project, Role } from '@yudai/contract';
import { users } from '#features/accounts/schema.ts';
import { isAmong, isMe, isOneOf, ownerId, policy, projectId, systemPolicy } from '#platform/db/tenant.ts';

const moment = (name: string) => timestamp(name, { withTimezone: true });

export const projects = pgTable(
  'projects',
  {
    id: text('id').primaryKey().$type<Id<'project'>>(),
    ownerId: ownerId(),
    name: text('name').notNull(),
    origin: text('origin').notNull().$type<Project['origin']>(),
    sourceKind: text('source_kind').notNull().$type<Project['source']['kind']>(),
    /** An absolute path, a normalised URL, or `owner/name` on GitHub. */
    sourceAddress: text('source_address').notNull(),
    /** The access token, sealed and bound to this row. */
    sealedToken: text('sealed_token'),
    /** GitHub's id of the repository; any number of projects may be connected to one. */
    repositoryId: bigint('repository_id', { mode: 'number' }),
    ref: text('ref'),
    status: text('status').notNull().$type<Project['status']>(),
    failure: jsonb('failure').$type<Failure>(),
    archived: boolean('archived').notNull().default(false),
    commit: text('commit'),
    fileCount: integer('file_count'),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
    indexedAt: moment('indexed_at'),
  },
  (table) => [
    check('projects_name', sql`length(${table.name}) between 1 and 200`),
    check('projects_origin', sql`${table.origin} in ('connected', 'generated', 'learning')`),
    check('projects_source_kind', sql`${table.sourceKind} in ('folder', 'git', 'github')`),
    check('projects_repository', sql`(${table.repositoryId} is not null) = (${table.sourceKind} = 'github')`),
    check('projects_status', sql`${table.status} in ('connecting', 'ready', 'failed')`),
    check('projects_failure', sql`(${table.failure} is not null) = (${table.status} = 'failed')`),
    check('projects_token', sql`${table.sealedToken} is null or ${table.sourceKind} = 'git'`),
    check('projects_file_count', sql`${table.fileCount} >= 0`),
    index('projects_of_repository').on(table.repositoryId),
    index('projects_of_owner').on(table.ownerId, table.createdAt.desc(), table.id.desc()),
    // A project is its owner's before it has a member.
    policy('members', 'select', sql`${isMe(table.ownerId)} or ${isAmong(table.id, 'viewer')}`),
    policy('makers', 'insert', isMe(table.ownerId)),
    policy('writers', 'update', sql`${isMe(table.ownerId)} or ${isOneOf(table.id, 'member')}`),
    policy('owner', 'delete', isMe(table.ownerId)),
    systemPolicy(),
  ],
);

/** Who may do what in a project. The owner is one of them, so that one question answers for everybody. */
export const projectMembers = pgTable(
  'project_members',
  {
    projectId: projectId(),
    userId: text('user_id')
      .notNull()
      .$type<Id<'user'>>()
      .references(() => users.id, { onDelete: 'cascade' }),
    role: text('role').notNull().$type<Role>(),
    since: moment('since').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.userId] }),
    index('project_members_of_user').on(table.userId, table.projectId.desc()),
    uniqueIndex('project_members_one_owner')
      .on(table.projectId)
      .where(sql`role = 'owner'`),
    check('project_members_role', sql`${table.role} in ('owner', 'admin', 'maintainer', 'member', 'viewer')`),
    // One policy, because Postgres asks several in an order of its own: whose row it is is known at once.
    policy('members', 'select', sql`${isMe(table.userId)} or ${isAmong(table.projectId, 'viewer')}`),
    policy('managers', 'all', isOneOf(table.projectId, 'admin')),
    policy('leave', 'delete', isMe(table.userId)),
    policy(
      'own',
      'insert',
      sql`${isMe(table.userId)} and ${table.role} = 'owner' and exists (
        select from projects where projects.id = ${table.projectId} and ${isMe(projects.ownerId)})`,
    ),
    policy(
      'accept',
      'insert',
      sql`${isMe(table.userId)} and exists (
        select from project_invitations invited where invited.project_id = ${table.projectId} and invited.role = ${table.role}
          and invited.expires_at > now() and invited.github_id = (select github_id from users where ${isMe(users.id)}))`,
    ),
    systemPolicy(),
  ],
);

/** A role that waits for the person with this GitHub account; names change hands, numbers do not. */
export const projectInvitations = pgTable(
  'project_invitations',
  {
    id: text('id').primaryKey().$type<Id<'invitation'>>(),
    projectId: projectId(),
    projectName: text('project_name').notNull(),
    githubId: bigint('github_id', { mode: 'number' }).notNull(),
    username: text('username').notNull(),
    role: text('role').notNull().$type<GivenRole>(),
    invitedBy: text('invited_by').notNull(),
    createdAt: moment('created_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [
    uniqueIndex('project_invitations_once').on(table.projectId, table.githubId),
    index('project_invitations_of_person').on(table.githubId),
    check('project_invitations_role', sql`${table.role} in ('admin', 'maintainer', 'member', 'viewer')`),
    policy('invited', 'select', isInvited(table.githubId)),
    policy('answer', 'delete', isInvited(table.githubId)),
    policy('managers', 'all', isOneOf(table.projectId, 'admin')),
    systemPolicy(),
  ],
);

function isInvited(githubId: { getSQL(): SQL }): SQL {
  return sql`${githubId} = (select github_id from users where ${isMe(users.id)})`;
}
