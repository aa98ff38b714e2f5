import { contract } from '@yudai/contract';
import { implement } from '#platform/http/procedure.ts';
import type { ModelsService } from './service.ts';

export function createModelsRoutes(service: ModelsService) {
  const door = implement(contract.models);
  return door.router({
    list: door.list.handler(() => service.list()),
    test: door.test.handler(({ input, context: { ctx } }) => service.test(ctx, input)),
    usage: door.usage.handler(({ input, context: { ctx } }) => service.usage(ctx, input)),
    usageOfProject: door.usageOfProject.handler(({ input, context: { ctx } }) => service.usageOfProject(ctx, input)),
    budgets: door.budgets.handler(({ context: { ctx } }) => service.budgets(ctx)),
    setBudget: door.setBudget.handler(({ input, context: { ctx } }) => service.setBudget(ctx, input)),
    setProjectBudget: door.setProjectBudget.handler(({ input, context: { ctx } }) =>
      service.setProjectBudget(ctx, input),
    ),
  });
}
