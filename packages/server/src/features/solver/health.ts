import type { SolverHealth } from '@yudai/contract';
import { solveLimits } from '@yudai/contract';
import type { Sandbox, SandboxCheck } from '@yudai/engine/sandbox';
import type { Models } from '#features/models/index.ts';
import { AppError } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import type { Jobs } from '#platform/jobs/index.ts';
import type { Agents } from './agents.ts';
import type { OfProject, SolverDeps } from './access.ts';
import { openSolves } from './store.ts';

export interface SolverLimits {
  /** Solves that run at once, on all nodes together. */
  readonly concurrent: number;
  /** Minutes that one may take. */
  readonly minutes: number;
  readonly openPerPerson: number;
  readonly openPerProject: number;
}

export interface HealthDeps extends SolverDeps {
  readonly jobs: Pick<Jobs, 'some' | 'overview'>;
  readonly sandbox: Sandbox;
  readonly models: Pick<Models, 'candidatesOf'>;
  readonly limits: SolverLimits;
  readonly agents: Pick<Agents, 'list'>;
}

/** Making a box to see whether one can be made takes a while, and machines seldom change. */
const checkLastsMs = 60_000;
/** Of boxes on other machines that work: to look costs a machine. */
const checkElsewhereLastsMs = 60 * 60_000;

export type Health = ReturnType<typeof createHealth>;

/** Whether solving works here. */
export function createHealth(deps: HealthDeps) {
  const { database, projects, sandbox, models, limits } = deps;
  let known: { until: number; readonly check: Promise<SandboxCheck> } | undefined;

  function check(): Promise<SandboxCheck> {
    const now = performance.now();
    if (known !== undefined && now <= known.until) return known.check;
    const looked = { until: now + checkLastsMs, check: sandbox.check() };
    known = looked;
    if (sandbox.isElsewhere === true) {
      void looked.check.then(({ usable }) => {
        if (usable) looked.until = now + checkElsewhereLastsMs;
      });
    }
    return looked.check;
  }

  return {
    /** Throws `conflict` with what to do, where nothing can be solved. */
    async requireUsable(): Promise<void> {
      const { usable, problems } = await check();
      if (!usable) {
        const words = problems.map(({ what, todo }) => `${what} ${todo}`).join(' ');
        throw new AppError('conflict', `Nothing can be solved on this machine: ${words}`.trim());
      }
      for (const role of ['architect', 'coder'] as const) {
        if (models.candidatesOf(role).length > 0) continue;
        throw new AppError('conflict', `${noModel(role)} ${setModels}`);
      }
    },

    async read(ctx: Context, { projectId }: OfProject): Promise<SolverHealth> {
      await projects.require(ctx, projectId, 'solver.read');
      const { usable, problems, warnings, holds } = await check();
      const [architect, coder] = [models.candidatesOf('architect'), models.candidatesOf('coder')];
      const missing = [
        ...(architect.length === 0 ? [{ what: noModel('architect'), todo: setModels }] : []),
        ...(coder.length === 0 ? [{ what: noModel('coder'), todo: setModels }] : []),
      ];
      const states = await database.asUser(ctx.actor.userId, async (db) => {
        const open = await openSolves(db, { projectId });
        const ids = open.flatMap(({ jobId }) => (jobId === null ? [] : [jobId]));
        return [...(await deps.jobs.some(db, ids)).values()].map(({ status }) => status);
      });
      return {
        usable: usable && missing.length === 0,
        problems: [...problems, ...missing],
        warnings: [...warnings],
        holds: { ...holds },
        sandbox: sandbox.kind,
        models: { architect, coder },
        agents: await deps.agents.list(),
        running: states.filter((status) => status === 'running').length,
        queued: states.filter((status) => status === 'queued').length,
        limits: { ...limits, steps: solveLimits.steps },
      };
    },
  };
}

const setModels = 'Name one with YUDAI_MODELS, or give its provider a key.';

function noModel(role: string): string {
  return `No model is set up for the role ${role}.`;
}
