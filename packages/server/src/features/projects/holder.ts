import type { Holder } from '#features/accounts/index.ts';
import type { Context } from '#kernel/context.ts';
import type { Database } from '#platform/db/index.ts';
import { membershipsOf } from './member-store.ts';
import type { MembersService } from './members.ts';
import type { ProjectsService } from './service.ts';

/** What of projects goes with an account: the projects it owns, and its place in those of others. */
export function createHolder(deps: {
  readonly database: Database;
  readonly service: ProjectsService;
  readonly members: MembersService;
}): Holder {
  const { database, service, members } = deps;
  const memberships = (ctx: Context) => database.asUser(ctx.actor.userId, (db) => membershipsOf(db, ctx.actor.userId));
  return {
    async preview(ctx) {
      const all = await memberships(ctx);
      const owned = all.filter(({ role }) => role === 'owner');
      return {
        projects: owned.map(({ id, name, members: count }) => ({ id, name, otherMembers: count - 1 })),
        memberships: all.length - owned.length,
        kept:
          all.length > owned.length ? ['What you started in the projects of others; it becomes their owners’.'] : [],
      };
    },
    async remove(ctx) {
      for (const { id, role } of await memberships(ctx)) {
        await (role === 'owner'
          ? service.delete(ctx, id)
          : members.removeMember(ctx, { id, userId: ctx.actor.userId }));
      }
    },
  };
}
