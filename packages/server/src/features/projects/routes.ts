import { contract } from '@yudai/contract';
import { implement } from '#platform/http/procedure.ts';
import type { MembersService } from './members.ts';
import type { ProjectsService } from './service.ts';

export function createProjectsRoutes(service: ProjectsService, members: MembersService) {
  const door = implement(contract.projects);
  return door.router({
    list: door.list.handler(({ input, context }) => service.list(context.ctx, input)),
    inspect: door.inspect.handler(({ input, context }) => service.inspect(context.ctx, input)),
    connect: door.connect.handler(({ input, context }) => service.connect(context.ctx, input)),
    get: door.get.handler(({ input, context }) => service.get(context.ctx, input.id)),
    refs: door.refs.handler(({ input, context }) => service.refs(context.ctx, input.id)),
    update: door.update.handler(({ input, context }) => service.update(context.ctx, input)),
    delete: door.delete.handler(({ input, context }) => service.delete(context.ctx, input.id)),
    members: door.members.handler(({ input, context }) => members.members(context.ctx, input)),
    changeMember: door.changeMember.handler(({ input, context }) => members.changeMember(context.ctx, input)),
    removeMember: door.removeMember.handler(({ input, context }) => members.removeMember(context.ctx, input)),
    transfer: door.transfer.handler(async ({ input, context: { ctx } }) =>
      service.get(ctx, await members.transfer(ctx, input)),
    ),
    invite: door.invite.handler(({ input, context }) => members.invite(context.ctx, input)),
    withdrawInvitation: door.withdrawInvitation.handler(({ input, context }) =>
      members.withdrawInvitation(context.ctx, input),
    ),
    invitations: door.invitations.handler(({ context }) => members.invitations(context.ctx)),
    answerInvitation: door.answerInvitation.handler(({ input, context }) =>
      members.answerInvitation(context.ctx, input),
    ),
  });
}
