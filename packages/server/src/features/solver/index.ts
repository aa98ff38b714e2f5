import type { RemotePolicy } from '@yudai/engine/checkout';
import type { Sandbox } from '@yudai/engine/sandbox';
import type { SolvePorts } from '@yudai/engine/solving';
import { AppError } from '#kernel/app-error.ts';
import type { Audit } from '#features/audit/index.ts';
import type { Chat } from '#features/chat/index.ts';
import type { CodebaseService } from '#features/codebase/index.ts';
import type { GitHub } from '#features/github/index.ts';
import type { Issues } from '#features/issues/index.ts';
import type { Models } from '#features/models/index.ts';
import type { Projects } from '#features/projects/index.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Database } from '#platform/db/index.ts';
import type { Jobs } from '#platform/jobs/index.ts';
import { createRelay, type Live } from '#platform/live/index.ts';
import type { Log } from '#platform/log/index.ts';
import { createSolveAccess } from './access.ts';
import { createAgents } from './agents.ts';
import { createChangeService } from './change-service.ts';
import { createHealth, type SolverLimits } from './health.ts';
import { joinNews } from './join.ts';
import { createOnGithub } from './on-github.ts';
import { createPublishJob } from './publish-job.ts';
import { createPublishing } from './publish-service.ts';
import { createSolvesService } from './service.ts';
import type { Solver } from './routes.ts';
import { createSettingsService } from './settings-service.ts';
import { createSolveJob, type SolveWork } from './solve-job.ts';
import { createBegin, createStartService } from './start-solve.ts';
import { createSteering } from './steering.ts';
import { openSolves, solvesOfIssue } from './store.ts';
import { createSweep } from './sweep.ts';
import { createTrees } from './trees.ts';

export { createSolverRoutes } from './routes.ts';
export type { SolverLimits } from './health.ts';
export type { SolveWork } from './solve-job.ts';

export interface SolverParts {
  readonly database: Database;
  readonly audit: Audit;
  readonly live: Live;
  readonly clock: Clock;
  readonly log: Log;
  readonly jobs: Jobs;
  readonly projects: Projects;
  readonly codebase: CodebaseService;
  readonly chat: Pick<Chat, 'readerOf'>;
  readonly github: GitHub;
  readonly issues: Pick<Issues, 'solvable' | 'onRemoving'>;
  readonly models: Pick<Models, 'forJob' | 'priceOf' | 'requireCandidate' | 'candidatesOf' | 'relayForJob'>;
  readonly sandbox: Sandbox;
  readonly solve: SolveWork;
  readonly settings: {
    readonly limits: SolverLimits;
    /** Where boxes keep logs and snapshots. */
    readonly folder: string;
    /** Where agents of others are installed. */
    readonly agentsFolder: string;
    readonly gitPolicy: RemotePolicy;
    /** What boxes see and may use beside their work tree. */
    readonly boxes?: () => Promise<SolvePorts['boxes']>;
  };
}

/** From an issue to a pull request that shows its evidence. Registers `solver.solve` and `solver.publish`. */
export function createSolver(parts: SolverParts): Solver & { readonly sweep: () => Promise<number> } {
  const { jobs, chat, settings } = parts;
  const deps = {
    ...parts,
    ...settings,
    packageSources: askedOnce(),
    agents: createAgents({ models: parts.models, ...settings }),
    issues: parts.issues.solvable,
    trees: createTrees(parts),
    relay: createRelay({ ...parts, join: joinNews }),
    readerOf: chat.readerOf,
  };
  const access = createSolveAccess(deps);
  const health = createHealth(deps);
  const begin = createBegin(deps);
  jobs.register(createSolveJob(deps));
  jobs.register(createPublishJob(deps));
  parts.github.onRepositoryEvent(createOnGithub({ ...deps, begin }));
  parts.issues.onRemoving(async (db, issueId) => {
    const [open] = await openSolves(db, { issueId });
    if (open !== undefined) {
      const details = { solveId: open.id };
      throw new AppError('conflict', 'This issue is being solved. Wait for that, or cancel it.', { details });
    }
    const gone = await solvesOfIssue(db, issueId);
    await parts.live.remove(
      db,
      gone.map(({ id }) => `solve:${id}` as const),
    );
  });
  return {
    health,
    service: createSolvesService(deps, access),
    starting: createStartService(deps, access, health, begin),
    changes: createChangeService(deps, access),
    steering: createSteering(deps, access),
    publishing: createPublishing(deps, access),
    settings: createSettingsService(deps),
    sweep: createSweep(deps),
  };
}

/** What the machine is set to does not change while Yudai runs, and takes a second to find out. */
function askedOnce(): SolvePorts['packageSources'] {
  let found: ReturnType<SolvePorts['packageSources']> | undefined;
  return () => {
    found ??= import('@yudai/engine/solving').then(({ findPackageSources }) => findPackageSources());
    return found;
  };
}
