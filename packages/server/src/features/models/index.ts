import type { ModelName, ModelPrice, ModelRole } from '@yudai/contract';
import {
  createModels as createEngineModels,
  type ModelRelay,
  type ModelsSettings,
  type RoleModel,
} from '@yudai/engine/models';
import { AppError } from '#kernel/app-error.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Database } from '#platform/db/index.ts';
import type { JobRun } from '#platform/jobs/index.ts';
import { toAppError } from './failures.ts';
import { type ForJob, modelForJob, relayForJob } from './meter.ts';
import { createModelsService, type ModelsServiceDeps } from './service.ts';
import { removeCallsBefore } from './store.ts';

export { createModelsRoutes } from './routes.ts';
export { hintOf } from './overview.ts';
export { toAppError } from './failures.ts';
export type { ForJob } from './meter.ts';

/** What an installation needs to call models. */
export interface ModelsDeps {
  readonly settings: ModelsSettings;
  readonly database: Database;
  readonly clock: Clock;
  /** Carries requests to the providers. */
  readonly fetch: typeof globalThis.fetch;
}

export type Models = ReturnType<typeof createModels>;

/** A year and a month of calls are kept, so that two years can be laid side by side by month. */
const keptMs = 400 * 86_400_000;

/** The models of this installation, for features whose jobs call them, and what people see of them. */
export function createModels({ settings, database, clock, fetch }: ModelsDeps) {
  const engine = createEngineModels(settings, { fetch });
  return {
    /** See `modelForJob`: metered, charged, and telling its failures in words. */
    forJob: (run: Pick<JobRun<unknown>, 'id' | 'ctx' | 'log' | 'spend'>, what: ForJob): RoleModel =>
      modelForJob({ engine, database, clock }, run, what),

    /** See `relayForJob`: the same for an agent of somebody else. */
    relayForJob: (
      run: Pick<JobRun<unknown>, 'id' | 'ctx' | 'log' | 'spend'>,
      what: ForJob & { readonly admit: () => string | null },
    ): ModelRelay => relayForJob({ engine, database, clock }, run, what),

    /** The model that a role asks first and its price; null where the role has none, the price null where it is not known. */
    async priceOf(role: ModelRole): Promise<{ model: ModelName; price: ModelPrice | null } | null> {
      const model = settings.roles[role][0]?.model;
      return model === undefined ? null : { model, price: await engine.priceOf(model) };
    },

    /** The models of a role, in the order in which they are tried. */
    candidatesOf: (role: ModelRole): ModelName[] => settings.roles[role].map(({ model }) => model),

    /** Refuses a model that is none of those of this installation, at the door rather than in the job. */
    requireCandidate(role: ModelRole, candidate: ModelName): void {
      try {
        engine.forRole(role, { candidate });
      } catch (error) {
        const told = toAppError(error);
        throw told instanceof AppError
          ? new AppError('invalid_input', told.message, { details: { model: candidate } })
          : told;
      }
    },

    /** Null where no role has a model; else throws when there is a role of which every model rests. */
    probe:
      Object.values(settings.roles).flat().length === 0
        ? null
        : async (): Promise<string> => {
            const roles = Object.entries(settings.roles).filter(([, candidates]) => candidates.length > 0);
            for (const [role, candidates] of roles) {
              if (candidates.every(({ model }) => engine.stateOf(model).state === 'resting'))
                throw new Error(`Every model of the role ${role} rests after outages.`);
            }
            return `${roles.length} roles have models`;
          },

    /** What people see and set. Given late, because projects come after models. */
    serviceWith: (later: Pick<ModelsServiceDeps, 'jobs' | 'audit' | 'requireInProject'>) =>
      createModelsService({ engine, settings, database, clock, ...later }),

    /** Forgets calls of long ago; returns how many there were. */
    prune: (): Promise<number> =>
      database.asSystem((db) => removeCallsBefore(db, new Date(clock.now().getTime() - keptMs))),
  };
}
