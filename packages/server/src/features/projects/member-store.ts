import { and, asc, eq, gt, sql } from 'drizzle-orm';
import { type GivenRole, type Id, type Invitation, type Member, type Role, roles } from '@yudai/contract';
import type { Db } from '#platform/db/index.ts';
import { projectInvitations, projectMembers, projects } from './schema.ts';

export type InvitationRow = typeof projectInvitations.$inferSelect;

export async function insertMember(
  db: Db,
  row: { projectId: Id<'project'>; userId: Id<'user'>; role: Role; since: Date },
): Promise<void> {
  await db.insert(projectMembers).values(row).onConflictDoNothing();
}

/** What a member is. */
export async function memberRoleOf(db: Db, projectId: Id<'project'>, userId: Id<'user'>): Promise<Role | undefined> {
  const [row] = await db
    .select({ role: projectMembers.role })
    .from(projectMembers)
    .where(and(eq(projectMembers.projectId, projectId), eq(projectMembers.userId, userId)));
  return row?.role;
}

export async function setRole(db: Db, projectId: Id<'project'>, userId: Id<'user'>, role: Role): Promise<void> {
  await db
    .update(projectMembers)
    .set({ role })
    .where(and(eq(projectMembers.projectId, projectId), eq(projectMembers.userId, userId)));
}

export async function deleteMember(db: Db, projectId: Id<'project'>, userId: Id<'user'>): Promise<void> {
  await db
    .delete(projectMembers)
    .where(and(eq(projectMembers.projectId, projectId), eq(projectMembers.userId, userId)));
}

/** Everybody in a project, in an order that is always the same. */
export async function memberIdsOf(db: Db, projectId: Id<'project'>): Promise<Id<'user'>[]> {
  const rows = await db
    .select({ userId: projectMembers.userId })
    .from(projectMembers)
    .where(eq(projectMembers.projectId, projectId))
    .orderBy(asc(projectMembers.userId));
  return rows.map(({ userId }) => userId);
}

/** Everybody in a project with what they show of themselves, the mightiest first. */
export async function membersOf(db: Db, projectId: Id<'project'>): Promise<Member[]> {
  const { rows } = await db.execute<MemberRow>(sql`
    select m.user_id, m.role, to_char(m.since at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as since, p.name, p.username, p.avatar_url
    from project_members m
    join yudai_profiles((select array_agg(user_id) from project_members where project_id = ${projectId})) p on p.id = m.user_id
    where m.project_id = ${projectId}`);
  return rows
    .map((row) => ({
      person: { id: row.user_id, name: row.name, username: row.username, avatarUrl: row.avatar_url },
      role: row.role,
      since: row.since,
    }))
    .toSorted((a, b) => roles.indexOf(a.role) - roles.indexOf(b.role) || (a.since < b.since ? -1 : 1));
}

type MemberRow = {
  user_id: Id<'user'>;
  role: Role;
  since: string;
  name: string;
  username: string | null;
  avatar_url: string | null;
};

/** Undefined when this person has been invited already. */
export async function insertInvitation(
  db: Db,
  row: typeof projectInvitations.$inferInsert,
): Promise<InvitationRow | undefined> {
  const [inserted] = await db.insert(projectInvitations).values(row).onConflictDoNothing().returning();
  return inserted;
}

export async function deleteExpiredInvitations(db: Db, projectId: Id<'project'>, now: Date): Promise<void> {
  await db
    .delete(projectInvitations)
    .where(
      and(eq(projectInvitations.projectId, projectId), sql`${projectInvitations.expiresAt} <= ${now.toISOString()}`),
    );
}

export async function invitationsOf(db: Db, projectId: Id<'project'>, now: Date): Promise<InvitationRow[]> {
  return await db
    .select()
    .from(projectInvitations)
    .where(and(eq(projectInvitations.projectId, projectId), gt(projectInvitations.expiresAt, now)))
    .orderBy(asc(projectInvitations.createdAt));
}

/** Those to the one who asks; row-level security also shows the ones they have made. */
export async function invitationsTo(db: Db, userId: Id<'user'>, now: Date): Promise<InvitationRow[]> {
  return await db
    .select()
    .from(projectInvitations)
    .where(and(isTo(userId), gt(projectInvitations.expiresAt, now)))
    .orderBy(asc(projectInvitations.createdAt));
}

export async function invitationTo(
  db: Db,
  userId: Id<'user'>,
  id: Id<'invitation'>,
): Promise<InvitationRow | undefined> {
  const [row] = await db
    .select()
    .from(projectInvitations)
    .where(and(eq(projectInvitations.id, id), isTo(userId)));
  return row;
}

export async function deleteInvitation(
  db: Db,
  id: Id<'invitation'>,
  projectId: Id<'project'>,
): Promise<InvitationRow | undefined> {
  const [row] = await db
    .delete(projectInvitations)
    .where(and(eq(projectInvitations.id, id), eq(projectInvitations.projectId, projectId)))
    .returning();
  return row;
}

function isTo(userId: Id<'user'>) {
  return sql`${projectInvitations.githubId} = (select github_id from users where id = ${userId})`;
}

export function toInvitation(row: InvitationRow): Invitation {
  const role: GivenRole = row.role;
  return {
    id: row.id,
    projectId: row.projectId,
    projectName: row.projectName,
    username: row.username,
    role,
    invitedBy: row.invitedBy,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
  };
}

/** Gives what somebody did in a project, and the feeds about it, to another member (migration 0016). */
export async function handOver(db: Db, id: Id<'project'>, from: Id<'user'>, to: Id<'user'>): Promise<void> {
  await db.execute(sql`select yudai_hand_over(${id}, ${from}, ${to})`);
}

/** The projects that somebody is in, and how many are in each. */
export async function membershipsOf(
  db: Db,
  userId: Id<'user'>,
): Promise<{ id: Id<'project'>; name: string; role: Role; members: number }[]> {
  return await db
    .select({
      id: projects.id,
      name: projects.name,
      role: projectMembers.role,
      members: sql<number>`(select count(*)::int from project_members others where others.project_id = ${projects.id})`,
    })
    .from(projectMembers)
    .innerJoin(projects, eq(projects.id, projectMembers.projectId))
    .where(eq(projectMembers.userId, userId));
}

/** As the system: whether a project waits for the person with this GitHub account. */
export async function hasInvitation(db: Db, githubId: number, now: Date): Promise<boolean> {
  const rows = await db
    .select({ id: projectInvitations.id })
    .from(projectInvitations)
    .where(and(eq(projectInvitations.githubId, githubId), gt(projectInvitations.expiresAt, now)))
    .limit(1);
  return rows.length > 0;
}

/**
 * Has changes of who is in a project take turns until the transaction ends, so that no two of them leave it without an owner. Not a lock of
 * the row: who may only look may still leave.
 */
export async function lockMembers(db: Db, id: Id<'project'>): Promise<void> {
  await db.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`members of ${id}`}, 0))`);
}
