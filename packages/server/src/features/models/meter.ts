import type { Id, ModelCall, ModelName, ModelRole } from '@yudai/contract';
import type { ModelRelay, Models as EngineModels, RoleModel } from '@yudai/engine/models';
import type { Clock } from '#kernel/clock.ts';
import { newId } from '#kernel/ids.ts';
import type { Database } from '#platform/db/index.ts';
import type { JobRun } from '#platform/jobs/index.ts';
import { tellingFailures, toAppError } from './failures.ts';
import { insertCall } from './store.ts';

export interface ForJob {
  readonly role: ModelRole;
  readonly projectId: Id<'project'> | null;
  readonly sessionId?: Id<'session'> | null;
  /** A model that the person has chosen; it is then the only one. */
  readonly candidate?: ModelName | null;
  /** Told of each call after it has been written down and before it is charged. */
  readonly onCall?: (call: ModelCall) => void;
}

interface MeterDeps {
  readonly engine: EngineModels;
  readonly database: Database;
  readonly clock: Clock;
}

type MeteredRun = Pick<JobRun<unknown>, 'id' | 'ctx' | 'log' | 'spend'>;

/**
 * A model whose every call is written down and charged to the job: over a budget the call ends only once a person has raised it. Use it in
 * a step. What it throws is an `AppError` that says what to do; so does this, when no model is set up or the chosen one is none.
 */
export function modelForJob(deps: MeterDeps, run: MeteredRun, what: ForJob): RoleModel {
  const { role, candidate } = what;
  try {
    const onCall = settling(deps, run, what);
    return tellingFailures(deps.engine.forRole(role, { candidate: candidate ?? undefined, onCall }));
  } catch (error) {
    throw toAppError(error);
  }
}

/**
 * The same for an agent that speaks to models itself, until the job's signal aborts: it gets neither the key nor another model. `admit` is asked
 * before each call and refuses it with words. Throws an `AppError` when no model is set up or the chosen one is none.
 */
export function relayForJob(
  deps: MeterDeps,
  run: MeteredRun,
  { admit, ...what }: ForJob & { readonly admit: () => string | null },
): ModelRelay {
  const { role, candidate } = what;
  try {
    const onCall = settling(deps, run, what);
    return deps.engine.relayFor(role, { candidate: candidate ?? undefined, onCall, admit, signal: run.ctx.signal });
  } catch (error) {
    throw toAppError(error);
  }
}

/** Writes a call down, then charges it. */
function settling({ database, clock }: MeterDeps, run: MeteredRun, { role, projectId, sessionId, onCall }: ForJob) {
  const ownerId = run.ctx.actor.userId;
  return async (call: ModelCall): Promise<void> => {
    const at = clock.now();
    const row = {
      ...call,
      id: newId('modelCall', at),
      ownerId,
      projectId,
      jobId: run.id,
      sessionId: sessionId ?? null,
      at,
    };
    await database.asUser(ownerId, (db) => insertCall(db, row));
    const { model, outcome, inputTokens, outputTokens, costMicros, ms, attempts } = call;
    run.log.info({ role, model, outcome, inputTokens, outputTokens, costMicros, ms, attempts }, 'model called');
    onCall?.(call);
    if (costMicros === null || costMicros === 0) return;
    await run.spend(costMicros).catch((error: unknown) => {
      // It has been charged; a job that is being stopped does not ask any more.
      if (!run.ctx.signal.aborted) throw error;
    });
  };
}
