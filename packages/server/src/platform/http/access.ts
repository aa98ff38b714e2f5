import { type AnyContractRouter, isContractProcedure } from '@orpc/contract';
import type { Access, ProcedureMeta } from '@yudai/contract';
import { AppError } from '#kernel/app-error.ts';
import { type Context } from '#kernel/context.ts';
import { requirePerson } from '#platform/http/identity.ts';

/** What each operation asks of its caller, by its name. Throws when one does not say: a door without a lock must not open at all. */
export function readAccess(router: AnyContractRouter, path: readonly string[] = []): Map<string, Access> {
  const found = new Map<string, Access>();
  if (isContractProcedure(router)) {
    // The contract is written with `procedure` and `projectProcedure`, whose meta this is.
    const { access } = router['~orpc'].meta as ProcedureMeta;
    if (access === undefined) throw new Error(`The procedure ${path.join('.')} does not say who may call it.`);
    return found.set(path.join('.'), access);
  }
  for (const [name, part] of Object.entries(router)) {
    for (const [operation, access] of readAccess(part as AnyContractRouter, [...path, name]))
      found.set(operation, access);
  }
  return found;
}

/** Throws `unauthorized` or `forbidden` unless this caller may knock here at all; what they may do inside, the use-case decides. */
export function requireAccess(ctx: Context, access: Access, method: string): void {
  const { actor } = ctx;
  if (access.audience === 'anyone') return;
  requirePerson(ctx);
  if (access.audience === 'administrator' && actor.administrator !== true) {
    throw new AppError('forbidden', 'Only administrators of this Yudai may do that.');
  }
  if (access.audience === 'account' && actor.via === 'key') {
    throw new AppError('forbidden', 'An API key may not change the account. Sign in for that.');
  }
  const scope = scopeOf(access, method);
  if (actor.scopes !== undefined && !actor.scopes.includes(scope)) {
    throw new AppError('forbidden', `This API key may not ${scope}. Make one with the scope ${scope}.`, {
      details: { scope },
    });
  }
}

/** Some questions are long and so are posted; what they need is still to read. */
function scopeOf({ permission }: Access, method: string): 'read' | 'write' {
  if (permission !== undefined) return permission.endsWith('.read') && method !== 'DELETE' ? 'read' : 'write';
  return method === 'GET' ? 'read' : 'write';
}
