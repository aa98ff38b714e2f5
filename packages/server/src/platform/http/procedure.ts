import type { AnyContractRouter } from '@orpc/contract';
import { implement as implementContract, type Implementer } from '@orpc/server';
import type { Context } from '#kernel/context.ts';

/** What the door hands to every procedure: who asks, and the signal that ends with the request. */
export interface DoorContext {
  /** Its actor is nobody where anyone may call. */
  readonly ctx: Context;
}

/**
 * Starts the implementation of one part of the contract:
 *
 *     const door = implement(contract.projects);
 *     return door.router({ list: door.list.handler(({ input, context }) => service.list(context.ctx, input)), … });
 *
 * Input arrives parsed and output is checked. An `AppError` becomes the error body of its code, anything else `internal`.
 */
export function implement<T extends AnyContractRouter>(part: T): Implementer<T, DoorContext, DoorContext> {
  return implementContract(part).$context<DoorContext>();
}
