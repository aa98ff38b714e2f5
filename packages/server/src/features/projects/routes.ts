import { contract } from '@yudai/contract';
import { implement } from '#platform/http/procedure.ts';
import type { ProjectsService } from './service.ts';

export function createProjectsRoutes(service: ProjectsService) {
  const door = implement(contract.projects);
  return door.router({
    list: door.list.handler(({ input, context }) => service.list(context.ctx, input)),
    inspect: door.inspect.handler(({ input, context }) => service.inspect(context.ctx, input)),
    connect: door.connect.handler(({ input, context }) => service.connect(context.ctx, input)),
    get: door.get.handler(({ input, context }) => service.get(context.ctx, input.id)),
    refs: door.refs.handler(({ input, context }) => service.refs(context.ctx, input.id)),
    update: door.update.handler(({ input, context }) => service.update(context.ctx, input)),
    delete: door.delete.handler(({ input, context }) => service.delete(context.ctx, input.id)),
  });
}
