import { contract } from '@yudai/contract';
import { implement } from '#platform/http/procedure.ts';
import type { CardsService } from './service.ts';

export function createCardsRoutes(service: CardsService) {
  const door = implement(contract.cards);
  return door.router({
    list: door.list.handler(({ input, context: { ctx } }) => service.list(ctx, input)),
    get: door.get.handler(({ input, context: { ctx } }) => service.get(ctx, input)),
    create: door.create.handler(({ input, context: { ctx } }) => service.create(ctx, input)),
    update: door.update.handler(({ input, context: { ctx } }) => service.update(ctx, input)),
    move: door.move.handler(({ input, context: { ctx } }) => service.move(ctx, input)),
    refresh: door.refresh.handler(({ input, context: { ctx } }) => service.refresh(ctx, input)),
    remove: door.remove.handler(({ input, context: { ctx } }) => service.remove(ctx, input)),
    restore: door.restore.handler(({ input, context: { ctx } }) => service.restore(ctx, input)),
    export: door.export.handler(({ input, context: { ctx } }) => service.export(ctx, input)),
    import: door.import.handler(({ input, context: { ctx } }) => service.import(ctx, input)),
  });
}
