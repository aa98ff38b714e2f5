import { oc } from '@orpc/contract';
import type { Permission } from '#roles.ts';

/**
 * Who may call a procedure:
 * - `anyone`: also who is not signed in;
 * - `person`: who is signed in, by whichever way;
 * - `account`: who is signed in with a session of their own, never with an API key, because it changes what keys may do;
 * - `administrator`: who looks after this installation.
 */
export type Audience = 'anyone' | 'person' | 'account' | 'administrator';

/** What a procedure asks of its caller. With a permission, the caller must be a member of the project in a role that has it. */
export interface Access {
  readonly audience: Audience;
  readonly permission?: Permission;
}

/** Limits beside that of every request, for what is dear: looking at repositories elsewhere, having a model write, starting to solve. */
export type TighterLimit = 'repositories' | 'answers' | 'solves';

/** How a procedure is offered to other agents, over MCP. What it takes and gives is the procedure's own. */
export interface Tool {
  readonly name: string;
  /** For the model that chooses among tools: what it is good for. */
  readonly description: string;
}

/** What a body may have where that is more than everywhere else, because it carries a file. */
export interface LargeBody {
  readonly bytes: number;
  /** Keys of all objects together. */
  readonly keys: number;
}

export interface ProcedureMeta {
  readonly access?: Access;
  readonly limit?: TighterLimit;
  readonly body?: LargeBody;
  readonly tool?: Tool;
}

/** Starts a procedure of the contract and says who may call it; the door and the matrix of the tests read that. */
export function procedure(audience: Audience) {
  return oc.$meta<ProcedureMeta>({ access: { audience } });
}

/** Starts a procedure about one project, for its members with this permission. */
export function projectProcedure(permission: Permission) {
  return oc.$meta<ProcedureMeta>({ access: { audience: 'person', permission } });
}

/** What an API key may be used for: reading, or also changing. */
export const keyScopes = ['read', 'write'] as const;
export type KeyScope = (typeof keyScopes)[number];
