import { and, desc, eq, gt, ilike, isNull, lt, ne, or, type SQL, sql } from 'drizzle-orm';
import type { Account, ApiKey, AuthSession, Id, KnownPerson } from '@yudai/contract';
import type { Db } from '#platform/db/index.ts';
import { apiKeys, authAccounts, authDevices, authSessions, users } from './schema.ts';

export type UserRow = typeof users.$inferSelect;
export type SessionRow = typeof authSessions.$inferSelect;
export type KeyRow = typeof apiKeys.$inferSelect;
export type DeviceRow = typeof authDevices.$inferSelect;

export async function userOf(db: Db, id: Id<'user'>): Promise<UserRow | undefined> {
  const [row] = await db.select().from(users).where(eq(users.id, id));
  return row;
}

export async function userByGithubId(db: Db, githubId: number): Promise<UserRow | undefined> {
  const [row] = await db.select().from(users).where(eq(users.githubId, githubId));
  return row;
}

export async function localOwner(db: Db): Promise<UserRow | undefined> {
  const [row] = await db.select().from(users).where(eq(users.localOwner, true));
  return row;
}

/** Does nothing when another node has made the owner at the same moment. */
export async function insertLocalOwner(
  db: Db,
  owner: { id: Id<'user'>; name: string; createdAt: Date },
): Promise<void> {
  await db
    .insert(users)
    .values({ ...owner, localOwner: true })
    .onConflictDoNothing({ target: users.localOwner });
}

/** The local owner, while nobody who signs in has become them. */
export async function unlinkedOwner(db: Db): Promise<Id<'user'> | undefined> {
  const [row] = await db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.localOwner, true), isNull(users.githubId)))
    .for('update');
  return row?.id;
}

export async function adoptOwner(db: Db, id: Id<'user'>, as: { githubId: number; subject: string }): Promise<void> {
  await db.update(users).set(as).where(eq(users.id, id));
}

export async function linkAccount(
  db: Db,
  account: { id: string; userId: Id<'user'>; accountId: string; now: Date },
): Promise<void> {
  const { now, ...row } = account;
  await db.insert(authAccounts).values({ ...row, providerId: 'github', createdAt: now, updatedAt: now });
}

/** What GitHub says of somebody who signs in. */
export async function welcome(db: Db, id: Id<'user'>, changes: Partial<typeof users.$inferInsert>): Promise<void> {
  await db.update(users).set(changes).where(eq(users.id, id));
}

export async function changeUser(
  db: Db,
  id: Id<'user'>,
  changes: Partial<typeof users.$inferInsert>,
): Promise<UserRow | undefined> {
  const [row] = await db.update(users).set(changes).where(eq(users.id, id)).returning();
  return row;
}

export async function deleteUser(db: Db, id: Id<'user'>): Promise<void> {
  await db.delete(users).where(eq(users.id, id));
}

/** People by age of their account, newest first; row-level security shows everybody to administrators only. */
export async function peopleBefore(
  db: Db,
  input: { before: { createdAt: Date; id: string } | null; query: string | undefined; limit: number },
): Promise<UserRow[]> {
  const { before, query } = input;
  const like = query === undefined ? undefined : `%${query.replaceAll(/[\\%_]/g, '\\$&')}%`;
  return await db
    .select()
    .from(users)
    .where(
      and(
        like === undefined ? undefined : or(ilike(users.name, like), ilike(users.username, like)),
        before === null
          ? undefined
          : or(
              lt(users.createdAt, before.createdAt),
              and(eq(users.createdAt, before.createdAt), lt(users.id, before.id as Id<'user'>)),
            ),
      ),
    )
    .orderBy(desc(users.createdAt), desc(users.id))
    .limit(input.limit);
}

/** Administrators who can sign in, besides this one. */
export async function otherAdministrators(db: Db, id: Id<'user'>): Promise<number> {
  const rows = await db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.administrator, true), isNull(users.suspendedAt), ne(users.id, id)))
    .limit(1);
  return rows.length;
}

export async function sessionsOf(db: Db, userId: Id<'user'>, now: Date): Promise<SessionRow[]> {
  return await db
    .select()
    .from(authSessions)
    .where(and(eq(authSessions.userId, userId), gt(authSessions.expiresAt, now)))
    .orderBy(desc(authSessions.updatedAt));
}

/** Deletes those of somebody's sessions that fit; returns how many there were. */
export async function deleteSessions(
  db: Db,
  userId: Id<'user'>,
  which: { readonly only?: Id<'authSession'>; readonly except?: string | undefined } = {},
): Promise<number> {
  const rules: (SQL | undefined)[] = [
    eq(authSessions.userId, userId),
    which.only === undefined ? undefined : eq(authSessions.id, which.only),
    which.except === undefined ? undefined : ne(authSessions.id, which.except as Id<'authSession'>),
  ];
  const rows = await db
    .delete(authSessions)
    .where(and(...rules))
    .returning({ id: authSessions.id });
  return rows.length;
}

/** What has ended: sessions, sign-ins and devices that nobody finished, keys. */
export async function deleteEnded(db: Db, now: Date): Promise<void> {
  const { verification, moment } = { verification: sql`auth_verifications`, moment: now.toISOString() };
  for (const table of [sql`auth_sessions`, verification, sql`auth_devices`]) {
    await db.execute(sql`delete from ${table} where expires_at <= ${moment}`);
  }
}

export async function keysOf(db: Db, userId: Id<'user'>): Promise<KeyRow[]> {
  return await db.select().from(apiKeys).where(eq(apiKeys.userId, userId)).orderBy(desc(apiKeys.createdAt));
}

export async function insertKey(db: Db, row: typeof apiKeys.$inferInsert): Promise<KeyRow> {
  const [inserted] = await db.insert(apiKeys).values(row).returning();
  if (inserted === undefined) throw new Error('A key was inserted without a row.');
  return inserted;
}

export async function deleteKeys(db: Db, userId: Id<'user'>, only?: Id<'apiKey'>): Promise<KeyRow[]> {
  return await db
    .delete(apiKeys)
    .where(and(eq(apiKeys.userId, userId), only === undefined ? undefined : eq(apiKeys.id, only)))
    .returning();
}

/** The key with this hash and whose it is. */
export async function keyByHash(db: Db, keyHash: string): Promise<{ key: KeyRow; user: UserRow } | undefined> {
  const [row] = await db
    .select({ key: apiKeys, user: users })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.userId))
    .where(eq(apiKeys.keyHash, keyHash));
  return row;
}

/** At most once a minute: what somebody reads who wonders whether a key is still used. */
export async function touchKey(db: Db, id: Id<'apiKey'>, now: Date): Promise<void> {
  const before = new Date(now.getTime() - 60_000);
  await db
    .update(apiKeys)
    .set({ lastUsedAt: now })
    .where(and(eq(apiKeys.id, id), or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, before))));
}

/** A device's request by the code that the person reads off it, typed in any case, with or without the hyphen. */
export async function deviceByCode(db: Db, userCode: string): Promise<DeviceRow | undefined> {
  const [row] = await db
    .select()
    .from(authDevices)
    .where(eq(authDevices.userCode, userCode.replaceAll(/[^a-zA-Z0-9]/g, '').toUpperCase()));
  return row;
}

/** Decides about a device that nobody has decided about; undefined when somebody has. */
export async function decideDevice(
  db: Db,
  id: string,
  userId: Id<'user'>,
  status: 'approved' | 'denied',
): Promise<DeviceRow | undefined> {
  const [row] = await db
    .update(authDevices)
    .set({ status, userId })
    .where(and(eq(authDevices.id, id), eq(authDevices.status, 'pending')))
    .returning();
  return row;
}

export function toAccount(row: UserRow): Account {
  return {
    id: row.id,
    name: row.name,
    username: row.username,
    avatarUrl: row.avatarUrl,
    email: row.email,
    skillLevel: row.skillLevel,
    goal: row.goal,
    administrator: row.administrator || (row.localOwner === true && row.githubId === null),
    createdAt: row.createdAt.toISOString(),
    lastSignInAt: row.lastSignInAt?.toISOString() ?? null,
  };
}

export function toKnownPerson(row: UserRow): KnownPerson {
  return { ...toAccount(row), suspended: row.suspendedAt !== null };
}

export function toSession(row: SessionRow, currentId: string | undefined): AuthSession {
  return {
    id: row.id,
    current: row.id === currentId,
    userAgent: row.userAgent,
    address: row.address,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.updatedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  };
}

export function toKey(row: KeyRow): ApiKey {
  return {
    id: row.id,
    name: row.name,
    start: row.start,
    scopes: row.scopes,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    expiresAt: row.expiresAt.toISOString(),
  };
}
