import { sql } from 'drizzle-orm';
import { bigint, boolean, check, index, integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core';
import type { Account, Id, KeyScope } from '@yudai/contract';
import { policy, systemPolicies, tenantPolicies } from '#platform/db/tenant.ts';

const moment = (name: string) => timestamp(name, { withTimezone: true });

const userId = () =>
  text('user_id')
    .notNull()
    .$type<Id<'user'>>()
    .references(() => users.id, { onDelete: 'cascade' });

export const users = pgTable(
  'users',
  {
    id: text('id').primaryKey().$type<Id<'user'>>(),
    name: text('name').notNull(),
    /** The one owner of an installation without sign-in carries true, everybody else null: so only one row may. */
    localOwner: boolean('local_owner').unique(),
    /** Who they are: the number of their GitHub account. Names and addresses change hands, this does not. */
    githubId: bigint('github_id', { mode: 'number' }).unique(),
    /** Their name on GitHub as of the last sign-in. */
    username: text('username'),
    email: text('email'),
    avatarUrl: text('avatar_url'),
    skillLevel: text('skill_level').$type<Account['skillLevel']>(),
    goal: text('goal').$type<Account['goal']>(),
    administrator: boolean('administrator').notNull().default(false),
    suspendedAt: moment('suspended_at'),
    lastSignInAt: moment('last_sign_in_at'),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
    /** What better-auth knows people by: made from the GitHub number, never an address, so that no account is ever found by its address. */
    subject: text('subject').unique(),
    subjectVerified: boolean('subject_verified').notNull().default(true),
  },
  (table) => [
    check('users_skill_level', sql`${table.skillLevel} in ('beginner', 'intermediate', 'advanced')`),
    check('users_goal', sql`${table.goal} in ('build', 'work', 'learn')`),
    index('users_by_username').on(sql`lower(${table.username})`),
    ...tenantPolicies(table.id),
    policy('administrators', 'all', sql`(select yudai_is_administrator())`),
  ],
);

/** One row per place where somebody is signed in. The token itself is nowhere: this is its hash. */
export const authSessions = pgTable(
  'auth_sessions',
  {
    id: text('id').primaryKey().$type<Id<'authSession'>>(),
    userId: userId(),
    tokenHash: text('token_hash').notNull().unique(),
    address: text('address'),
    userAgent: text('user_agent'),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [
    index('auth_sessions_of_user').on(table.userId),
    index('auth_sessions_by_end').on(table.expiresAt),
    ...tenantPolicies(table.userId),
  ],
);

/** Which account at which host is which person. Its tokens are not here: features/github keeps them sealed. */
export const authAccounts = pgTable(
  'auth_accounts',
  {
    id: text('id').primaryKey(),
    userId: userId(),
    providerId: text('provider_id').notNull(),
    accountId: text('account_id').notNull(),
    accessToken: text('access_token'),
    refreshToken: text('refresh_token'),
    idToken: text('id_token'),
    accessTokenExpiresAt: moment('access_token_expires_at'),
    refreshTokenExpiresAt: moment('refresh_token_expires_at'),
    scope: text('scope'),
    password: text('password'),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    index('auth_accounts_of_user').on(table.userId),
    index('auth_accounts_by_provider').on(table.providerId, table.accountId),
    check('auth_accounts_without_secrets', sql`coalesce(access_token, refresh_token, id_token, password) is null`),
    ...systemPolicies(),
  ],
);

/** What a sign-in has to remember between its two requests: the hash of its state, and the sealed rest. */
export const authVerifications = pgTable(
  'auth_verifications',
  {
    id: text('id').primaryKey(),
    identifier: text('identifier').notNull(),
    value: text('value').notNull(),
    expiresAt: moment('expires_at').notNull(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    index('auth_verifications_by_identifier').on(table.identifier),
    index('auth_verifications_by_end').on(table.expiresAt),
    ...systemPolicies(),
  ],
);

/** A device that asks to be signed in (RFC 8628). The device's own code is kept as a hash. */
export const authDevices = pgTable(
  'auth_devices',
  {
    id: text('id').primaryKey(),
    deviceCodeHash: text('device_code_hash').notNull().unique(),
    userCode: text('user_code').notNull().unique(),
    userId: text('user_id').$type<Id<'user'>>(),
    status: text('status').notNull(),
    clientId: text('client_id'),
    scope: text('scope'),
    lastPolledAt: moment('last_polled_at'),
    pollingInterval: integer('polling_interval'),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [index('auth_devices_by_end').on(table.expiresAt), ...systemPolicies()],
);

/** A key for programs. The key itself is shown once and is nowhere: this is its hash. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: text('id').primaryKey().$type<Id<'apiKey'>>(),
    userId: userId(),
    name: text('name').notNull(),
    start: text('start').notNull(),
    keyHash: text('key_hash').notNull().unique(),
    scopes: text('scopes').array().notNull().$type<KeyScope[]>(),
    createdAt: moment('created_at').notNull(),
    lastUsedAt: moment('last_used_at'),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [
    index('api_keys_of_user').on(table.userId),
    check('api_keys_scopes', sql`${table.scopes} <@ array['read', 'write']`),
    ...tenantPolicies(table.userId),
  ],
);
