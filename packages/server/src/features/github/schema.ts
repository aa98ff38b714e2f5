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
} from 'drizzle-orm/pg-core';
import type { GithubBranch, GithubConnection, GithubIssue, GithubPullRequest, GithubRepository } from '@yudai/contract';
import { ownerId, policy, systemPolicy, tenantPolicies } from '#platform/db/tenant.ts';

const moment = (name: string) => timestamp(name, { withTimezone: true });
/** GitHub's ids have left 32 bits. */
const githubId = (name: string) => bigint(name, { mode: 'number' });

/** A person's connection to GitHub. Tokens are sealed, each bound to its owner and column. */
export const githubConnections = pgTable(
  'github_connections',
  {
    ownerId: ownerId().primaryKey(),
    githubId: githubId('github_id').notNull(),
    login: text('login').notNull(),
    name: text('name'),
    avatarUrl: text('avatar_url'),
    status: text('status').notNull().$type<GithubConnection['status']>(),
    scopes: jsonb('scopes').notNull().$type<string[]>(),
    accessToken: text('access_token').notNull(),
    expiresAt: moment('expires_at'),
    refreshToken: text('refresh_token'),
    refreshExpiresAt: moment('refresh_expires_at'),
    /** One node renews the tokens until then; the others wait for it or take over afterwards. */
    renewingUntil: moment('renewing_until'),
    rateLimitLeft: integer('rate_limit_left'),
    rateLimitResetsAt: moment('rate_limit_resets_at'),
    connectedAt: moment('connected_at').notNull(),
    checkedAt: moment('checked_at'),
    /** When all repositories of the person were last listed. */
    listedAt: moment('listed_at'),
  },
  (table) => [
    check('github_connections_status', sql`${table.status} in ('ok', 'needs_reauthorization')`),
    index('github_connections_of_account').on(table.githubId),
    ...tenantPolicies(table.ownerId),
  ],
);

/**
 * Which repositories GitHub has shown to whom, and when it last did. What is kept of a repository is seen by these people for a week, and by
 * nobody else: who may no longer see it on GitHub does not go on to see here what others have it kept.
 */
export const githubAccess = pgTable(
  'github_access',
  {
    ownerId: ownerId(),
    repositoryId: githubId('repository_id')
      .notNull()
      .references(() => githubRepositories.id, { onDelete: 'cascade' }),
    permission: text('permission').notNull().$type<GithubRepository['permission']>(),
    /** Among the repositories of the person, not only seen because it is public. */
    listed: boolean('listed').notNull(),
    seenAt: moment('seen_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.ownerId, table.repositoryId] }),
    index('github_access_of_repository').on(table.repositoryId),
    check('github_access_permission', sql`${table.permission} in ('admin', 'maintain', 'write', 'triage', 'read')`),
    ...tenantPolicies(table.ownerId),
  ],
);

/** What GitHub said of a repository; a row of the installation, shown to who has access. */
export const githubRepositories = pgTable(
  'github_repositories',
  {
    id: githubId('id').primaryKey(),
    fullName: text('full_name').notNull(),
    owner: text('owner').notNull(),
    name: text('name').notNull(),
    description: text('description'),
    private: boolean('private').notNull(),
    archived: boolean('archived').notNull(),
    fork: boolean('fork').notNull(),
    defaultBranch: text('default_branch').notNull(),
    language: text('language'),
    url: text('url').notNull(),
    pushedAt: moment('pushed_at'),
    syncedAt: moment('synced_at').notNull(),
  },
  (table) => [
    index('github_repositories_name').on(sql`lower(${table.fullName})`),
    policy('readers', 'select', shownToMe(sql`${table.id}`)),
    systemPolicy(),
  ],
);

/** When a kind of thing of a repository was last asked for; branches are kept here, for they have no life of their own. */
export const githubSyncs = pgTable(
  'github_syncs',
  {
    repositoryId: repositoryId(),
    kind: text('kind').notNull().$type<'branches' | 'issues' | 'pull_requests' | 'commits'>(),
    branches: jsonb('branches').$type<GithubBranch[]>(),
    syncedAt: moment('synced_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.repositoryId, table.kind] }),
    check('github_syncs_kind', sql`${table.kind} in ('branches', 'issues', 'pull_requests', 'commits')`),
    ...repositoryPolicies('github_syncs'),
  ],
);

export const githubIssues = pgTable(
  'github_issues',
  {
    repositoryId: repositoryId(),
    number: integer('number').notNull(),
    id: githubId('id').notNull(),
    title: text('title').notNull(),
    body: text('body').notNull(),
    state: text('state').notNull().$type<GithubIssue['state']>(),
    stateReason: text('state_reason'),
    labels: jsonb('labels').notNull().$type<string[]>(),
    author: text('author'),
    assignees: jsonb('assignees').notNull().$type<string[]>(),
    comments: integer('comments').notNull(),
    url: text('url').notNull(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
    closedAt: moment('closed_at'),
    syncedAt: moment('synced_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.repositoryId, table.number] }),
    index('github_issues_changed').on(table.repositoryId, table.updatedAt.desc()),
    check('github_issues_state', sql`${table.state} in ('open', 'closed')`),
    ...repositoryPolicies('github_issues'),
  ],
);

export const githubPullRequests = pgTable(
  'github_pull_requests',
  {
    repositoryId: repositoryId(),
    number: integer('number').notNull(),
    id: githubId('id').notNull(),
    title: text('title').notNull(),
    body: text('body').notNull(),
    state: text('state').notNull().$type<GithubPullRequest['state']>(),
    draft: boolean('draft').notNull(),
    headRef: text('head_ref').notNull(),
    headSha: text('head_sha').notNull(),
    baseRef: text('base_ref').notNull(),
    baseSha: text('base_sha').notNull(),
    author: text('author'),
    url: text('url').notNull(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
    syncedAt: moment('synced_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.repositoryId, table.number] }),
    index('github_pull_requests_changed').on(table.repositoryId, table.updatedAt.desc()),
    check('github_pull_requests_state', sql`${table.state} in ('open', 'closed', 'merged')`),
    ...repositoryPolicies('github_pull_requests'),
  ],
);

/** Keyed with the repository: a fork has the same commits. */
export const githubCommits = pgTable(
  'github_commits',
  {
    repositoryId: repositoryId(),
    sha: text('sha').notNull(),
    message: text('message').notNull(),
    authorName: text('author_name'),
    authorLogin: text('author_login'),
    date: moment('date'),
    url: text('url').notNull(),
    syncedAt: moment('synced_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.repositoryId, table.sha] }),
    index('github_commits_of_repository').on(table.repositoryId, table.date.desc()),
    ...repositoryPolicies('github_commits'),
  ],
);

/** Webhook deliveries that were handled, so that none counts twice. Kept for a week. */
export const githubDeliveries = pgTable(
  'github_deliveries',
  {
    id: text('id').primaryKey(),
    event: text('event').notNull(),
    receivedAt: moment('received_at').notNull(),
  },
  (table) => [index('github_deliveries_received').on(table.receivedAt), systemPolicy()],
);

function repositoryId() {
  return githubId('repository_id')
    .notNull()
    .references(() => githubRepositories.id, { onDelete: 'cascade' });
}

/** What is kept of a repository is read by who has access to it; only the system writes, with what GitHub said. */
function repositoryPolicies(table: string) {
  return [policy('readers', 'select', shownToMe(sql`${sql.identifier(table)}.repository_id`)), systemPolicy()];
}

function shownToMe(repository: SQL): SQL {
  return sql`exists (select from github_access where github_access.repository_id = ${repository}
    and github_access.owner_id = (select current_setting('app.user_id', true))
    and github_access.seen_at > now() - interval '7 days')`;
}
