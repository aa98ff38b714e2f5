import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import type { Failure, Id, Project } from '@yudai/contract';
import { ownerId, tenantPolicies } from '#platform/db/tenant.ts';

const moment = (name: string) => timestamp(name, { withTimezone: true });

export const projects = pgTable(
  'projects',
  {
    id: text('id').primaryKey().$type<Id<'project'>>(),
    ownerId: ownerId(),
    name: text('name').notNull(),
    origin: text('origin').notNull().$type<Project['origin']>(),
    sourceKind: text('source_kind').notNull().$type<Project['source']['kind']>(),
    /** An absolute path or a normalised URL. */
    sourceAddress: text('source_address').notNull(),
    /** The access token, sealed and bound to this row. */
    sealedToken: text('sealed_token'),
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
    check('projects_source_kind', sql`${table.sourceKind} in ('folder', 'git')`),
    check('projects_status', sql`${table.status} in ('connecting', 'ready', 'failed')`),
    check('projects_failure', sql`(${table.failure} is not null) = (${table.status} = 'failed')`),
    check('projects_token', sql`${table.sealedToken} is null or ${table.sourceKind} = 'git'`),
    check('projects_file_count', sql`${table.fileCount} >= 0`),
    index('projects_of_owner').on(table.ownerId, table.createdAt.desc(), table.id.desc()),
    ...tenantPolicies(table.ownerId),
  ],
);
