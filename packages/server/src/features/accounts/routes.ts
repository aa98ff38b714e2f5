import { contract } from '@yudai/contract';
import { implement } from '#platform/http/procedure.ts';
import type { AccountsService } from './service.ts';

export function createAccountsRoutes(service: AccountsService) {
  const door = implement(contract.accounts);
  return door.router({
    status: door.status.handler(({ context }) => service.status(context.ctx)),
    get: door.get.handler(({ context }) => service.get(context.ctx)),
    update: door.update.handler(({ input, context }) => service.update(context.ctx, input)),
    export: door.export.handler(({ context }) => service.export(context.ctx)),
    previewDeletion: door.previewDeletion.handler(({ context }) => service.previewDeletion(context.ctx)),
    delete: door.delete.handler(({ input, context }) => service.delete(context.ctx, input)),
    sessions: door.sessions.handler(({ context }) => service.sessions(context.ctx)),
    revokeSession: door.revokeSession.handler(({ input, context }) => service.revokeSession(context.ctx, input)),
    revokeSessions: door.revokeSessions.handler(({ input, context }) => service.revokeSessions(context.ctx, input)),
    keys: door.keys.handler(({ context }) => service.keys(context.ctx)),
    createKey: door.createKey.handler(({ input, context }) => service.createKey(context.ctx, input)),
    revokeKey: door.revokeKey.handler(({ input, context }) => service.revokeKey(context.ctx, input)),
    device: door.device.handler(({ input, context }) => service.device(context.ctx, input)),
    answerDevice: door.answerDevice.handler(({ input, context }) => service.answerDevice(context.ctx, input)),
    people: door.people.handler(({ input, context }) => service.people(context.ctx, input)),
    updatePerson: door.updatePerson.handler(({ input, context }) => service.updatePerson(context.ctx, input)),
  });
}
