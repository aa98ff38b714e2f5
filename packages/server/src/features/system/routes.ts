import { contract, type SystemInfo } from '@yudai/contract';
import { implement } from '#platform/http/procedure.ts';

export interface SystemRoutesDeps {
  readonly version: string;
  readonly mode: SystemInfo['mode'];
  readonly database: SystemInfo['database'];
  readonly embedder: SystemInfo['embedder'];
}

export function createSystemRoutes({ version, mode, database, embedder }: SystemRoutesDeps) {
  const door = implement(contract.system);
  return door.router({
    info: door.info.handler(({ context }) => {
      const { userId, name } = context.ctx.actor;
      return { version, mode, database, embedder, user: { id: userId, name } };
    }),
  });
}
