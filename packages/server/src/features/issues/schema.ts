import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import {
  type Citation,
  complexities,
  type Complexity,
  type Failure,
  type Id,
  ideaStatuses,
  type IdeaStatus,
  type IssueDocument,
  type IssueOrigin,
  issueOrigins,
  issuePriorities,
  type IssuePriority,
  issueStatuses,
  type IssueStatus,
} from '@yudai/contract';
import { users } from '#features/accounts/schema.ts';
import { isAmong, isMe, ownerId, policy, projectId, projectPolicies, systemPolicy } from '#platform/db/tenant.ts';

const moment = (name: string) => timestamp(name, { withTimezone: true });
const oneOf = (words: readonly string[]) => sql.raw(words.map((word) => `'${word}'`).join(', '));
/** Named for a foreign key only; it belongs to the chat. */
const chatSessions = pgTable('chat_sessions', { id: text('id').primaryKey() });

/** What GitHub shows of an issue. */
export interface ShownIssue {
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
}

/** What an issue is written from, beside its own fields. */
export interface IssueSource {
  readonly wish: string;
  readonly cardIds: readonly Id<'card'>[];
}

/** Something that could be made better. */
export const ideas = pgTable(
  'ideas',
  {
    id: text('id').primaryKey().$type<Id<'idea'>>(),
    projectId: projectId(),
    ownerId: ownerId(),
    title: text('title').notNull(),
    description: text('description').notNull(),
    evidence: jsonb('evidence').notNull().$type<{ cite: string; note: string; state: Citation['state'] }[]>(),
    complexity: text('complexity').notNull().$type<Complexity>(),
    status: text('status').notNull().$type<IdeaStatus>(),
    origin: text('origin').notNull().$type<'hand' | 'model'>(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    check('ideas_title', sql`length(${table.title}) between 1 and 200`),
    check('ideas_complexity', sql`${table.complexity} in (${oneOf(complexities)})`),
    check('ideas_status', sql`${table.status} in (${oneOf(ideaStatuses)})`),
    check('ideas_origin', sql`${table.origin} in ('hand', 'model')`),
    index('ideas_of_project').on(table.projectId, table.id.desc()),
    index('ideas_of_owner').on(table.ownerId),
    ...projectPolicies(table.projectId),
  ],
);

/** What is to be done in a project; on GitHub too, once it was published. */
export const issues = pgTable(
  'issues',
  {
    id: text('id').primaryKey().$type<Id<'issue'>>(),
    projectId: projectId(),
    ownerId: ownerId(),
    /** The conversation that it came from. It stays when that goes. */
    sessionId: text('session_id')
      .$type<Id<'session'>>()
      .references(() => chatSessions.id, { onDelete: 'set null' }),
    messageId: text('message_id').$type<Id<'message'>>(),
    ideaId: text('idea_id').$type<Id<'idea'>>(),
    origin: text('origin').notNull().$type<IssueOrigin>(),
    source: jsonb('source').notNull().$type<IssueSource>(),
    status: text('status').notNull().$type<IssueStatus>(),
    priority: text('priority').notNull().$type<IssuePriority>(),
    complexity: text('complexity').notNull().$type<Complexity>(),
    /** Of the document, for lists and search. */
    title: text('title').notNull(),
    document: jsonb('document').notNull().$type<IssueDocument>(),
    labels: jsonb('labels').notNull().$type<string[]>(),
    assignees: jsonb('assignees').notNull().$type<string[]>(),
    version: integer('version').notNull(),
    writingJobId: text('writing_job_id').$type<Id<'job'>>(),
    publishingJobId: text('publishing_job_id').$type<Id<'job'>>(),
    failure: jsonb('failure').$type<Failure>(),
    /** When GitHub was first asked to open it: what it has from before that cannot be this. */
    publishingSince: moment('publishing_since'),
    repositoryId: bigint('repository_id', { mode: 'number' }),
    repository: text('repository'),
    githubNumber: integer('github_number'),
    githubUrl: text('github_url'),
    githubState: text('github_state').$type<'open' | 'closed' | 'deleted'>(),
    /** As it was published, and as GitHub showed it last. */
    publishedAs: jsonb('published_as').$type<ShownIssue>(),
    shownAs: jsonb('shown_as').$type<ShownIssue>(),
    /** GitHub's own time of that: what arrives late is older. */
    shownAt: moment('shown_at'),
    differs: boolean('differs').notNull().default(false),
    publishedVersion: integer('published_version'),
    publishedAt: moment('published_at'),
    archivedAt: moment('archived_at'),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    check('issues_title', sql`length(${table.title}) between 1 and 256`),
    check('issues_status', sql`${table.status} in (${oneOf(issueStatuses)})`),
    check('issues_priority', sql`${table.priority} in (${oneOf(issuePriorities)})`),
    check('issues_complexity', sql`${table.complexity} in (${oneOf(complexities)})`),
    check('issues_origin', sql`${table.origin} in (${oneOf(issueOrigins)})`),
    check(
      'issues_published',
      sql`(${table.githubNumber} is null) = (${table.publishedAt} is null) and (${table.githubNumber} is null) = (${table.repositoryId} is null)`,
    ),
    foreignKey({ columns: [table.ideaId], foreignColumns: [ideas.id] }).onDelete('set null'),
    // An issue on GitHub is one issue of a project, and an idea becomes one.
    uniqueIndex('issues_on_github').on(table.repositoryId, table.githubNumber, table.projectId),
    uniqueIndex('issues_of_idea').on(table.ideaId),
    index('issues_of_project').on(table.projectId, table.updatedAt.desc(), table.id.desc()),
    index('issues_of_owner').on(table.ownerId),
    index('issues_of_session').on(table.sessionId),
    ...projectPolicies(table.projectId),
  ],
);

/** What an issue said, at each of its versions. */
export const issueVersions = pgTable(
  'issue_versions',
  {
    issueId: text('issue_id').notNull().$type<Id<'issue'>>(),
    projectId: projectId(),
    version: integer('version').notNull(),
    source: text('source').notNull().$type<'hand' | 'model' | 'restored'>(),
    authorId: text('author_id')
      .$type<Id<'user'>>()
      .references(() => users.id, { onDelete: 'set null' }),
    model: text('model'),
    document: jsonb('document').notNull().$type<IssueDocument>(),
    priority: text('priority').notNull().$type<IssuePriority>(),
    complexity: text('complexity').notNull().$type<Complexity>(),
    labels: jsonb('labels').notNull().$type<string[]>(),
    assignees: jsonb('assignees').notNull().$type<string[]>(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.issueId, table.version] }),
    foreignKey({ columns: [table.issueId], foreignColumns: [issues.id] }).onDelete('cascade'),
    check('issue_versions_source', sql`${table.source} in ('hand', 'model', 'restored')`),
    index('issue_versions_of_project').on(table.projectId),
    index('issue_versions_of_author').on(table.authorId),
    ...projectPolicies(table.projectId),
  ],
);

/** What the writer of a version was given. A private conversation or card may be in it, so only who asked sees it, while in the project. */
export const issueContexts = pgTable(
  'issue_contexts',
  {
    issueId: text('issue_id').notNull().$type<Id<'issue'>>(),
    version: integer('version').notNull(),
    projectId: projectId(),
    ownerId: ownerId(),
    commit: text('commit'),
    blocks: jsonb('blocks').notNull().$type<{ title: string; text: string }[]>(),
  },
  (table) => [
    primaryKey({ columns: [table.issueId, table.version] }),
    foreignKey({ columns: [table.issueId], foreignColumns: [issues.id] }).onDelete('cascade'),
    index('issue_contexts_of_owner').on(table.ownerId),
    index('issue_contexts_of_project').on(table.projectId),
    policy('asker', 'all', isWhoAsked(table.ownerId, table.projectId)),
    systemPolicy(),
  ],
);

function isWhoAsked(owner: AnyPgColumn, project: AnyPgColumn) {
  return sql`${isMe(owner)} and ${isAmong(project, 'viewer')}`;
}
