import type { GivenRole, Id, Invitation, Member, Project, Role } from '@yudai/contract';
import { may, roles } from '@yudai/contract';
import type { Audit } from '#features/audit/index.ts';
import { AppError, notFound } from '#kernel/app-error.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Context } from '#kernel/context.ts';
import { newId } from '#kernel/ids.ts';
import type { Database, Db } from '#platform/db/index.ts';
import type { Jobs } from '#platform/jobs/index.ts';
import type { Live } from '#platform/live/index.ts';
import { cancelActiveJobs } from './active-jobs.ts';
import { announceProject } from './announce.ts';
import {
  deleteExpiredInvitations,
  deleteInvitation,
  deleteMember,
  handOver,
  insertInvitation,
  insertMember,
  invitationsOf,
  invitationsTo,
  invitationTo,
  type InvitationRow,
  lockMembers,
  memberRoleOf,
  memberIdsOf,
  membersOf,
  setRole,
  toInvitation,
} from './member-store.ts';
import { requirePermission } from './permission.ts';
import { changeProject, type OwnProjectRow, ownerOf, projectOf } from './store.ts';

/** Somebody on GitHub, as their name stands for now. */
export interface FoundPerson {
  readonly githubId: number;
  readonly login: string;
}

export interface MembersDeps {
  readonly database: Database;
  readonly live: Pick<Live, 'append'>;
  readonly audit: Pick<Audit, 'record'>;
  readonly clock: Clock;
  readonly jobs: Pick<Jobs, 'list' | 'cancel'>;
  /** Looks a name up on GitHub. Throws `not_found` when nobody has it. */
  readonly findPerson: (ctx: Context, username: string) => Promise<FoundPerson>;
  /** Has everything that this person watches checked again, once the transaction has committed. */
  readonly accessChanged: (db: Db, userId: Id<'user'>) => Promise<void>;
}

const invitationDays = 14;
const mostMembers = 100;

type OfProject = { readonly id: Id<'project'> };
type OfMember = OfProject & { readonly userId: Id<'user'> };

export type MembersService = ReturnType<typeof createMembersService>;

/** Who is in a project, in which role. Whoever changes a role stands above it before and after. */
export function createMembersService(deps: MembersDeps) {
  const { database, live, audit, clock, jobs } = deps;

  async function requireRow(db: Db, ctx: Context, id: Id<'project'>): Promise<OwnProjectRow> {
    const row = await projectOf(db, ctx.actor.userId, id);
    if (row === undefined) throw notFound('project');
    return row;
  }

  /** The member's role. Throws `forbidden` unless the one who asks stands above it. */
  async function requireBelow(db: Db, project: OwnProjectRow, userId: Id<'user'>): Promise<Role> {
    const role = await memberRoleOf(db, project.id, userId);
    if (role === undefined) throw notFound('member');
    if (!isAbove(project.role, role))
      throw new AppError('forbidden', `You may not change what a member with the role ${role} is.`);
    return role;
  }

  /** Throws `forbidden` to who may not take this member out, `conflict` for the owner. */
  async function requireRemovable(db: Db, project: OwnProjectRow, userId: Id<'user'>, isMe: boolean): Promise<void> {
    if (!isMe) requirePermission(project, 'members.manage');
    if (userId === project.ownerId) {
      throw new AppError(
        'conflict',
        'The owner cannot leave. Make another member the owner first, or delete the project.',
      );
    }
    if (!isMe) await requireBelow(db, project, userId);
  }

  async function memberOf(db: Db, projectId: Id<'project'>, userId: Id<'user'>): Promise<Member> {
    const member = (await membersOf(db, projectId)).find(({ person }) => person.id === userId);
    if (member === undefined) throw notFound('member');
    return member;
  }

  return {
    /** Everybody in the project, and for who may invite the open invitations. */
    members: (ctx: Context, { id }: OfProject): Promise<{ items: Member[]; invitations: Invitation[] }> =>
      database.asUser(ctx.actor.userId, async (db) => {
        await requireRow(db, ctx, id);
        // Row-level security leaves them out for who may not invite.
        const invitations = await invitationsOf(db, id, clock.now());
        return { items: await membersOf(db, id), invitations: invitations.map(toInvitation) };
      }),

    /** Gives a member another role. What they started there stops when the new one would not let them start it. */
    async changeMember(ctx: Context, { id, userId, role }: OfMember & { role: GivenRole }): Promise<Member> {
      const changed = await database.asUser(ctx.actor.userId, async (db) => {
        await lockMembers(db, id);
        const project = await requireRow(db, ctx, id);
        requirePermission(project, 'members.manage');
        if (userId === ctx.actor.userId)
          throw new AppError('conflict', 'You cannot change your own role. Ask another admin, or leave.');
        const from = await requireBelow(db, project, userId);
        if (!isAbove(project.role, role)) throw new AppError('forbidden', `Only the owner may make somebody ${role}.`);
        await setRole(db, id, userId, role);
        await announceProject(db, live, project, 'members');
        await deps.accessChanged(db, userId);
        await audit.record(db, ctx, {
          action: 'role.changed',
          target: { kind: 'user', id: userId },
          projectId: id,
          details: { from, to: role },
        });
        return await memberOf(db, id, userId);
      });
      if (!may(role, 'jobs.run')) await cancelActiveJobs(jobs, ctx, id, userId);
      return changed;
    },

    /** Takes a member out, or lets the one who asks leave. What they started there stops, and what it came to goes to the owner. */
    async removeMember(ctx: Context, { id, userId }: OfMember): Promise<{ id: Id<'user'> }> {
      const isMe = userId === ctx.actor.userId;
      await database.asUser(ctx.actor.userId, async (db) =>
        requireRemovable(db, await requireRow(db, ctx, id), userId, isMe),
      );
      await cancelActiveJobs(jobs, ctx, id, userId);
      await database.asUser(ctx.actor.userId, async (db) => {
        await lockMembers(db, id);
        // Somebody may have become the owner while jobs were stopped.
        const project = await requireRow(db, ctx, id);
        await requireRemovable(db, project, userId, isMe);
        await handOver(db, id, userId, project.ownerId);
        await announceProject(db, live, project, 'members');
        await audit.record(db, ctx, {
          action: 'member.removed',
          target: { kind: 'user', id: userId },
          projectId: id,
          details: { left: isMe },
        });
        await deps.accessChanged(db, userId);
        await deleteMember(db, id, userId);
      });
      return { id: userId };
    },

    /** Makes another member the owner; who was it becomes an admin. */
    transfer: (ctx: Context, { id, userId }: OfMember): Promise<Project['id']> =>
      database.asUser(ctx.actor.userId, async (db) => {
        await lockMembers(db, id);
        const project = await requireRow(db, ctx, id);
        requirePermission(project, 'project.transfer');
        if (userId === project.ownerId) throw new AppError('conflict', 'You own this project already.');
        if (!(await memberIdsOf(db, id)).includes(userId)) throw notFound('member');
        await setRole(db, id, ctx.actor.userId, 'admin');
        await setRole(db, id, userId, 'owner');
        await changeProject(db, id, { ownerId: userId, sealedToken: null, updatedAt: clock.now() });
        await announceProject(db, live, { id, ownerId: userId }, 'members');
        await deps.accessChanged(db, userId);
        await audit.record(db, ctx, {
          action: 'ownership.transferred',
          target: { kind: 'user', id: userId },
          projectId: id,
          details: { from: ctx.actor.userId },
        });
        return id;
      }),

    async invite(
      ctx: Context,
      { id, username, role }: OfProject & { username: string; role: GivenRole },
    ): Promise<Invitation> {
      const project = await database.asUser(ctx.actor.userId, (db) => requireRow(db, ctx, id));
      requirePermission(project, 'members.manage');
      if (!isAbove(project.role, role)) throw new AppError('forbidden', `Only the owner may make somebody ${role}.`);
      const found = await deps.findPerson(ctx, username);
      return await database.asUser(ctx.actor.userId, async (db) => {
        const now = clock.now();
        await deleteExpiredInvitations(db, id, now);
        const people = await membersOf(db, id);
        const open = await invitationsOf(db, id, now);
        if (people.length + open.length >= mostMembers) {
          throw new AppError('conflict', `A project has at most ${mostMembers} members and invitations.`);
        }
        if (people.some(({ person }) => person.username?.toLowerCase() === found.login.toLowerCase())) {
          throw new AppError('conflict', `${found.login} is in this project already.`);
        }
        const row = await insertInvitation(db, {
          id: newId('invitation', now),
          projectId: id,
          projectName: project.name,
          githubId: found.githubId,
          username: found.login,
          role,
          invitedBy: ctx.actor.name,
          createdAt: now,
          expiresAt: new Date(now.getTime() + invitationDays * 86_400_000),
        });
        if (row === undefined) throw new AppError('conflict', `${found.login} has been invited already.`);
        await announceProject(db, live, project, 'members');
        await audit.record(db, ctx, {
          action: 'member.invited',
          target: { kind: 'invitation', id: row.id },
          projectId: id,
          details: { username: found.login, role },
        });
        return toInvitation(row);
      });
    },

    withdrawInvitation: (
      ctx: Context,
      { id, invitationId }: OfProject & { invitationId: Id<'invitation'> },
    ): Promise<{ id: Id<'invitation'> }> =>
      database.asUser(ctx.actor.userId, async (db) => {
        const project = await requireRow(db, ctx, id);
        requirePermission(project, 'members.manage');
        const row = await deleteInvitation(db, invitationId, id);
        if (row === undefined) throw notFound('invitation');
        await announceProject(db, live, project, 'members');
        const details = { username: row.username };
        await audit.record(db, ctx, {
          action: 'invitation.revoked',
          target: { kind: 'invitation', id: invitationId },
          projectId: id,
          details,
        });
        return { id: invitationId };
      }),

    /** What the one who asks has been invited to. */
    invitations: (ctx: Context): Promise<{ items: Invitation[] }> =>
      database.asUser(ctx.actor.userId, async (db) => ({
        items: (await invitationsTo(db, ctx.actor.userId, clock.now())).map(toInvitation),
      })),

    answerInvitation: (
      ctx: Context,
      { id, accept }: { id: Id<'invitation'>; accept: boolean },
    ): Promise<{ projectId: Id<'project'> | null }> =>
      accept ? acceptInvitation(ctx, id) : declineInvitation(ctx, id),
  };

  /** The invitation, if it is to the one who asks and still holds. */
  async function requireInvitation(db: Db, ctx: Context, id: Id<'invitation'>): Promise<InvitationRow> {
    const row = await invitationTo(db, ctx.actor.userId, id);
    if (row === undefined || row.expiresAt <= clock.now()) throw notFound('invitation');
    return row;
  }

  function acceptInvitation(ctx: Context, id: Id<'invitation'>): Promise<{ projectId: Id<'project'> }> {
    return database.asUser(ctx.actor.userId, async (db) => {
      const { projectId, role } = await requireInvitation(db, ctx, id);
      // Before the invitation goes, because that is what lets them in.
      await insertMember(db, { projectId, userId: ctx.actor.userId, role, since: clock.now() });
      if ((await deleteInvitation(db, id, projectId)) === undefined) throw notFound('invitation');
      await announceProject(db, live, await requireRow(db, ctx, projectId), 'members');
      const target = { kind: 'invitation', id };
      await audit.record(db, ctx, { action: 'invitation.accepted', target, projectId, details: { role } });
      return { projectId };
    });
  }

  async function declineInvitation(ctx: Context, id: Id<'invitation'>): Promise<{ projectId: null }> {
    await database.asUser(ctx.actor.userId, (db) => requireInvitation(db, ctx, id));
    // As the system, because who declines sees nothing of the project, nor who is to be told.
    await database.asSystem(async (db) => {
      const { projectId } = await requireInvitation(db, ctx, id);
      const ownerId = await ownerOf(db, projectId);
      if (ownerId === undefined || (await deleteInvitation(db, id, projectId)) === undefined)
        throw notFound('invitation');
      await announceProject(db, live, { id: projectId, ownerId }, 'members');
      const target = { kind: 'invitation', id };
      await audit.record(db, ctx, { action: 'invitation.declined', target, projectId, details: {} });
    });
    return { projectId: null };
  }
}

function isAbove(who: Role, other: Role): boolean {
  return roles.indexOf(who) < roles.indexOf(other);
}
