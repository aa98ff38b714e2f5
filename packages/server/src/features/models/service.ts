import type {
  Id,
  ModelBudget,
  ModelBudgets,
  ModelCall,
  ModelName,
  ModelProvider,
  ModelsOverview,
  ModelTest,
  ModelUsage,
} from '@yudai/contract';
import { ModelError, type Models as EngineModels, type ModelsSettings, providerFacts } from '@yudai/engine/models';
import type { Audit } from '#features/audit/index.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Context } from '#kernel/context.ts';
import { newId } from '#kernel/ids.ts';
import type { Database } from '#platform/db/index.ts';
import type { Jobs } from '#platform/jobs/index.ts';
import { modelsOf, overviewOf } from './overview.ts';
import { insertCall, type UsageOf, usageRows } from './store.ts';

interface Limits {
  readonly limitMicros: number | null;
  readonly limitMs: number | null;
}

export type ModelsService = ReturnType<typeof createModelsService>;

export interface ModelsServiceDeps {
  readonly engine: EngineModels;
  readonly settings: ModelsSettings;
  readonly database: Database;
  readonly clock: Clock;
  readonly jobs: Pick<Jobs, 'setBudget' | 'budgetsOf'>;
  readonly audit: Pick<Audit, 'record'>;
  /** Throws `not_found` for strangers and `forbidden` for members whose role is too small. Projects come later than models. */
  readonly requireInProject: (
    ctx: Context,
    id: Id<'project'>,
    permission: 'jobs.read' | 'project.update',
  ) => Promise<unknown>;
}

/** A test of a provider takes no longer than this. */
const testLimitMs = 25_000;
const dayMs = 86_400_000;

export function createModelsService(deps: ModelsServiceDeps) {
  const { engine, settings, database, clock, jobs, audit, requireInProject } = deps;

  async function usage(ctx: Context, of: UsageOf, days: number): Promise<ModelUsage> {
    const today = Math.floor(clock.now().getTime() / dayMs) * dayMs;
    const since = new Date(today - (days - 1) * dayMs);
    const rows = await database.asUser(ctx.actor.userId, (db) => usageRows(db, of, since));
    return { total: totalOf(rows), rows };
  }

  return {
    list: (): Promise<ModelsOverview> => overviewOf(settings, engine),

    /** One small call, past the rest that a model may have: who tests wants to know how it is now. */
    async test(ctx: Context, input: { provider: ModelProvider; model?: ModelName | undefined }): Promise<ModelTest> {
      const { provider } = input;
      const model = input.model ?? modelsOf(settings, provider)[0];
      if (model === undefined) return untestable(settings, provider);
      const startedAt = performance.now();
      const signal = AbortSignal.any([ctx.signal, AbortSignal.timeout(testLimitMs)]);
      const told = (outcome: ModelTest['outcome'], message: string): ModelTest => {
        return { provider, model, outcome, message, ms: Math.round(performance.now() - startedAt) };
      };
      try {
        await engine.probe(model, { signal, onCall: (call) => keepTest(ctx, call) });
        return told('answered', `${model} answers.`);
      } catch (error) {
        ctx.signal.throwIfAborted();
        if (error instanceof ModelError) return told(error.reason, error.message);
        if (!signal.aborted) throw error;
        return told('stalled', `${model} gave no answer within ${testLimitMs / 1000} seconds.`);
      }
    },

    usage: (ctx: Context, { days }: { days: number }) => usage(ctx, { ownerId: ctx.actor.userId }, days),

    async usageOfProject(ctx: Context, { projectId, days }: { projectId: Id<'project'>; days: number }) {
      await requireInProject(ctx, projectId, 'jobs.read');
      return await usage(ctx, { projectId }, days);
    },

    budgets: (ctx: Context): Promise<ModelBudgets> => jobs.budgetsOf(ctx),

    async setBudget(ctx: Context, { limitMicros, limitMs }: Limits): Promise<ModelBudget> {
      const ownerId = ctx.actor.userId;
      await database.asUser(ownerId, async (db) => {
        await jobs.setBudget(db, { ownerId }, { limitMicros, limitMs });
        const target = { kind: 'user', id: ownerId };
        await audit.record(db, ctx, { action: 'budget.changed', target, details: { limitMicros, limitMs } });
      });
      return (await jobs.budgetsOf(ctx)).person;
    },

    async setProjectBudget(ctx: Context, input: Limits & { projectId: Id<'project'> }): Promise<ModelBudget> {
      const { projectId, limitMicros, limitMs } = input;
      await requireInProject(ctx, projectId, 'project.update');
      await database.asUser(ctx.actor.userId, async (db) => {
        await jobs.setBudget(db, { projectId }, { limitMicros, limitMs });
        await audit.record(db, ctx, { action: 'budget.changed', projectId, details: { limitMicros, limitMs } });
      });
      const { projects } = await jobs.budgetsOf(ctx);
      const { projectId: _, ...budget } = projects.find((it) => it.projectId === projectId) ?? { ...none, projectId };
      return budget;
    },
  };

  /** A test is billed like any other call, to who asked for it. */
  async function keepTest(ctx: Context, call: ModelCall): Promise<void> {
    const [ownerId, at] = [ctx.actor.userId, clock.now()];
    await database.asUser(ownerId, (db) => insertCall(db, { ...call, id: newId('modelCall', at), ownerId, at }));
  }
}

const none: ModelBudget = { limitMicros: null, spentMicros: 0, limitMs: null, spentMs: 0 };

function untestable(settings: ModelsSettings, provider: ModelProvider): ModelTest {
  const { label, variable } = providerFacts[provider];
  const message =
    settings.providers[provider] === undefined
      ? `${label} is not set up: set ${variable}.`
      : `No model of ${label} is named: add one to YUDAI_MODELS, as ${provider}/….`;
  return { provider, model: null, outcome: 'not_configured', message, ms: 0 };
}

function totalOf(rows: ModelUsage['rows']): ModelUsage['total'] {
  const total = (key: keyof ModelUsage['total']) => rows.reduce((sum, row) => sum + row[key], 0);
  return {
    calls: total('calls'),
    failed: total('failed'),
    inputTokens: total('inputTokens'),
    cachedTokens: total('cachedTokens'),
    outputTokens: total('outputTokens'),
    reasoningTokens: total('reasoningTokens'),
    costMicros: total('costMicros'),
    unpriced: total('unpriced'),
  };
}
