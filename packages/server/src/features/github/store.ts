import { and, asc, desc, eq, getTableColumns, ilike, inArray, lt, or, type SQL, sql } from 'drizzle-orm';
import type { GithubRepository, Id } from '@yudai/contract';
import type { Db } from '#platform/db/index.ts';
import { githubAccess, githubConnections, githubDeliveries, githubRepositories } from './schema.ts';

export type ConnectionRow = typeof githubConnections.$inferSelect;
export type NewConnection = typeof githubConnections.$inferInsert;

export async function connectionOf(db: Db, userId: Id<'user'>): Promise<ConnectionRow | undefined> {
  const [row] = await db.select().from(githubConnections).where(eq(githubConnections.ownerId, userId));
  return row;
}

/** Everybody's connections, for the system. */
export async function allConnections(db: Db): Promise<ConnectionRow[]> {
  return await db.select().from(githubConnections);
}

export async function putConnection(db: Db, row: NewConnection): Promise<void> {
  const { ownerId: _owner, connectedAt: _since, ...change } = row;
  await db.insert(githubConnections).values(row).onConflictDoUpdate({ target: githubConnections.ownerId, set: change });
}

/** Changes a connection if it still has this access token; undefined when it has not. */
export async function changeConnection(
  db: Db,
  userId: Id<'user'>,
  accessToken: string,
  change: Partial<NewConnection>,
): Promise<ConnectionRow | undefined> {
  const [row] = await db
    .update(githubConnections)
    .set(change)
    .where(and(eq(githubConnections.ownerId, userId), eq(githubConnections.accessToken, accessToken)))
    .returning();
  return row;
}

/** Takes the right to renew these tokens until then; false when another node has it. */
export async function takeRenewal(
  db: Db,
  userId: Id<'user'>,
  accessToken: string,
  now: Date,
  until: Date,
): Promise<boolean> {
  const free = sql`(${githubConnections.renewingUntil} is null or ${githubConnections.renewingUntil} <= ${now.toISOString()})`;
  const rows = await db
    .update(githubConnections)
    .set({ renewingUntil: until })
    .where(and(eq(githubConnections.ownerId, userId), eq(githubConnections.accessToken, accessToken), free))
    .returning({ ownerId: githubConnections.ownerId });
  return rows.length > 0;
}

export async function deleteConnection(db: Db, userId: Id<'user'>): Promise<boolean> {
  await db.delete(githubAccess).where(eq(githubAccess.ownerId, userId));
  const rows = await db
    .delete(githubConnections)
    .where(eq(githubConnections.ownerId, userId))
    .returning({ ownerId: githubConnections.ownerId });
  return rows.length > 0;
}

/** Connections of a GitHub account, for webhooks that tell of it. */
export async function ownersOfAccount(db: Db, githubId: number): Promise<Id<'user'>[]> {
  const rows = await db
    .select({ ownerId: githubConnections.ownerId })
    .from(githubConnections)
    .where(eq(githubConnections.githubId, githubId));
  return rows.map(({ ownerId }) => ownerId);
}

export async function markRevoked(db: Db, githubId: number): Promise<void> {
  await db
    .update(githubConnections)
    .set({ status: 'needs_reauthorization' })
    .where(eq(githubConnections.githubId, githubId));
}

/** Keeps what GitHub said of repositories; as the system. */
export async function putRepositories(db: Db, found: readonly GithubRepository[], syncedAt: Date): Promise<void> {
  for (let at = 0; at < found.length; at += 500) {
    const rows = found.slice(at, at + 500).map(({ permission: _permission, pushedAt, ...repository }) => ({
      ...repository,
      pushedAt: pushedAt === null ? null : new Date(pushedAt),
      syncedAt,
    }));
    await db
      .insert(githubRepositories)
      .values(rows)
      .onConflictDoUpdate({ target: githubRepositories.id, set: everythingNew });
  }
}

/** Notes that GitHub showed these repositories to a person. */
export async function grantAccess(
  db: Db,
  ownerId: Id<'user'>,
  found: readonly Pick<GithubRepository, 'id' | 'permission'>[],
  how: { readonly listed: boolean; readonly seenAt: Date },
): Promise<void> {
  for (let at = 0; at < found.length; at += 1000) {
    const rows = found
      .slice(at, at + 1000)
      .map(({ id, permission }) => ({ ownerId, repositoryId: id, permission, ...how }));
    // What was listed once stays so until the next list.
    const listed = how.listed ? sql`true` : sql`${githubAccess.listed}`;
    await db
      .insert(githubAccess)
      .values(rows)
      .onConflictDoUpdate({
        target: [githubAccess.ownerId, githubAccess.repositoryId],
        set: { permission: sql`excluded.permission`, seenAt: how.seenAt, listed },
      });
  }
}

/** Notes that GitHub has shown a repository again; not more than once a minute. */
export async function touchAccess(db: Db, ownerId: Id<'user'>, repositoryId: number, seenAt: Date): Promise<void> {
  const old = new Date(seenAt.getTime() - 60_000);
  await db
    .update(githubAccess)
    .set({ seenAt })
    .where(
      and(eq(githubAccess.ownerId, ownerId), eq(githubAccess.repositoryId, repositoryId), lt(githubAccess.seenAt, old)),
    );
}

/** After a whole list: what was not in it is no longer the person's. */
export async function dropUnlisted(db: Db, ownerId: Id<'user'>, seenAt: Date): Promise<void> {
  await db
    .delete(githubAccess)
    .where(and(eq(githubAccess.ownerId, ownerId), eq(githubAccess.listed, true), lt(githubAccess.seenAt, seenAt)));
}

export async function revokeAccess(db: Db, ownerId: Id<'user'>, repositoryId: number): Promise<void> {
  await db
    .delete(githubAccess)
    .where(and(eq(githubAccess.ownerId, ownerId), eq(githubAccess.repositoryId, repositoryId)));
}

/** Everybody has to be shown the repository anew by GitHub. */
export async function revokeEverybody(db: Db, repositoryId: number): Promise<void> {
  await db.delete(githubAccess).where(eq(githubAccess.repositoryId, repositoryId));
}

export async function deleteRepository(db: Db, repositoryId: number): Promise<void> {
  await db.delete(githubRepositories).where(eq(githubRepositories.id, repositoryId));
}

export async function knowsRepository(db: Db, repositoryId: number): Promise<boolean> {
  const rows = await db
    .select({ id: githubRepositories.id })
    .from(githubRepositories)
    .where(eq(githubRepositories.id, repositoryId));
  return rows.length > 0;
}

export type KeptRepository = GithubRepository & { readonly syncedAt: Date };

/** The repository of this name, if GitHub has shown it to the person. */
export async function repositoryOf(db: Db, ownerId: Id<'user'>, fullName: string): Promise<KeptRepository | undefined> {
  const named = sql`lower(${githubRepositories.fullName}) = lower(${fullName})`;
  const [row] = await seen(db, ownerId, named).orderBy(desc(githubRepositories.syncedAt)).limit(1);
  return row === undefined ? undefined : toRepository(row);
}

export interface RepositoryFilter {
  readonly query: string | undefined;
  readonly owner: string | undefined;
  readonly after: { readonly pushedAt: number; readonly id: number } | null;
  readonly limit: number;
}

/** The listed repositories of a person, the last pushed first. */
export async function repositoriesAfter(
  db: Db,
  ownerId: Id<'user'>,
  { query, owner, after, limit }: RepositoryFilter,
): Promise<KeptRepository[]> {
  const pushed = sql<number>`coalesce((extract(epoch from ${githubRepositories.pushedAt}) * 1000)::bigint, 0)`;
  const older =
    after === null
      ? undefined
      : or(
          sql`${pushed} < ${after.pushedAt}`,
          and(sql`${pushed} = ${after.pushedAt}`, lt(githubRepositories.id, after.id)),
        );
  const words = (query ?? '').split(/\s+/).filter(Boolean);
  const matching = words.map((word) => {
    const like = `%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
    return or(ilike(githubRepositories.fullName, like), ilike(githubRepositories.description, like));
  });
  const owned = owner === undefined ? undefined : sql`lower(${githubRepositories.owner}) = lower(${owner})`;
  const rows = await seen(db, ownerId, and(eq(githubAccess.listed, true), owned, older, ...matching))
    .orderBy(desc(pushed), desc(githubRepositories.id))
    .limit(limit);
  return rows.map(toRepository);
}

function seen(db: Db, ownerId: Id<'user'>, condition: SQL | undefined) {
  return db
    .select({ repository: githubRepositories, permission: githubAccess.permission })
    .from(githubRepositories)
    .innerJoin(
      githubAccess,
      and(eq(githubAccess.repositoryId, githubRepositories.id), eq(githubAccess.ownerId, ownerId)),
    )
    .where(condition)
    .$dynamic();
}

type SeenRow = Awaited<ReturnType<typeof seen>>[number];

function toRepository({ repository, permission }: SeenRow): KeptRepository {
  return { ...repository, permission, pushedAt: repository.pushedAt?.toISOString() ?? null };
}

/** Notes a delivery; false when it was noted before. */
export async function noteDelivery(db: Db, delivery: typeof githubDeliveries.$inferInsert): Promise<boolean> {
  const rows = await db.insert(githubDeliveries).values(delivery).onConflictDoNothing().returning();
  return rows.length > 0;
}

export async function forgetDeliveries(db: Db, before: Date): Promise<void> {
  const old = db
    .select({ id: githubDeliveries.id })
    .from(githubDeliveries)
    .where(lt(githubDeliveries.receivedAt, before))
    .orderBy(asc(githubDeliveries.receivedAt))
    .limit(1000);
  await db.delete(githubDeliveries).where(inArray(githubDeliveries.id, old));
}

/** Every column as the row that could not be inserted has it. */
const everythingNew = Object.fromEntries(
  Object.entries(getTableColumns(githubRepositories)).map(([key, column]) => [
    key,
    sql.raw(`excluded."${column.name}"`),
  ]),
);
