import { contract } from '@yudai/contract';
import { implement } from '#platform/http/procedure.ts';
import type { AuditService } from './service.ts';

export function createAuditRoutes(service: AuditService) {
  const door = implement(contract.audit);
  return door.router({
    list: door.list.handler(({ input, context }) => service.list(context.ctx, input)),
    export: door.export.handler(({ input, context }) => service.export(context.ctx, input)),
    verify: door.verify.handler(({ input, context }) => service.verify(context.ctx, input)),
  });
}
