import { contract } from '@yudai/contract';
import type { JobsService } from '#features/jobs/service.ts';
import { implement } from '#platform/http/procedure.ts';

/** The doors of the jobs. */
export function createJobsRoutes(service: JobsService) {
  const door = implement(contract.jobs);
  return door.router({
    list: door.list.handler(({ input, context }) => service.list(context.ctx, input)),
    listOfProject: door.listOfProject.handler(({ input, context }) => service.list(context.ctx, input)),
    overview: door.overview.handler(({ context }) => service.overview(context.ctx)),
    get: door.get.handler(({ input, context }) => service.get(context.ctx, input)),
    cancel: door.cancel.handler(({ input, context }) => service.cancel(context.ctx, input)),
    retry: door.retry.handler(({ input, context }) => service.retry(context.ctx, input)),
    respond: door.respond.handler(({ input, context }) => service.respond(context.ctx, input)),
  });
}
