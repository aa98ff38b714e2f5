import type { Id } from '@yudai/contract';
import type { Jobs } from '#platform/jobs/index.ts';
import { createConnectJob, type OnConnected } from './jobs.ts';
import { createProjectsService, type ProjectsDeps, type ProjectsService } from './service.ts';
import { createSources, type SourceSettings } from './source.ts';

export { inJob } from './checkout-failure.ts';
export type { Connected, OnConnected } from './jobs.ts';
export { createProjectsRoutes } from './routes.ts';
export type { Indexed, ProjectsService } from './service.ts';
export type { Snapshot, SourceSettings } from './source.ts';

export type Projects = ReturnType<typeof createProjects>;

/** Projects: where files come from, and the git directory that holds their snapshots. Registers `project.connect`. */
export function createProjects(
  deps: Omit<ProjectsDeps, 'sources' | 'jobs'> & { readonly jobs: Jobs; readonly settings: SourceSettings },
) {
  const sources = createSources(deps.settings);
  const service = createProjectsService({ ...deps, sources });
  const reactions: OnConnected[] = [];
  deps.jobs.register(createConnectJob({ database: deps.database, service, reactions }));
  return {
    service,
    /** The project, if this person may see it. Throws `not_found`. */
    require: (...args: Parameters<ProjectsService['require']>) => service.require(...args),
    /** Where the bare git directory of a project is, or will be. */
    gitDirOf: (id: Id<'project'>) => sources.gitDirOf(id),
    snapshot: (...args: Parameters<ProjectsService['snapshot']>) => service.snapshot(...args),
    markIndexed: (...args: Parameters<ProjectsService['markIndexed']>) => service.markIndexed(...args),
    markCorrected: (...args: Parameters<ProjectsService['markCorrected']>) => service.markCorrected(...args),
    sweep: () => service.sweep(),
    /** A later feature asks to be told, before the jobs are launched. */
    onConnected: (reaction: OnConnected) => void reactions.push(reaction),
  };
}
