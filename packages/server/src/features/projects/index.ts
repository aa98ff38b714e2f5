import type { Id } from '@yudai/contract';
import type { Accounts } from '#features/accounts/index.ts';
import type { GitHub } from '#features/github/index.ts';
import type { Context } from '#kernel/context.ts';
import type { Db } from '#platform/db/index.ts';
import type { Jobs } from '#platform/jobs/index.ts';
import { createConnectJob, type OnConnected } from './jobs.ts';
import { hasInvitation, memberIdsOf, memberRoleOf } from './member-store.ts';
import { createMembersService, type FoundPerson, type MembersDeps } from './members.ts';
import { createHolder } from './holder.ts';
import { createOnRepositoryEvent, type OnPushed } from './on-repository-event.ts';
import { createProjectsService, type ProjectsDeps, type ProjectsService } from './service.ts';
import { projectsOfRepository, sourceKindOf } from './store.ts';
import { createSources, type SourceSettings } from './source.ts';

export { inJob, inWords } from './checkout-failure.ts';
export type { FoundPerson, MembersService } from './members.ts';
export type { Connected, OnConnected } from './jobs.ts';
export { createProjectsRoutes } from './routes.ts';
export type { OnPushed, Pushed } from './on-repository-event.ts';
export type { Indexed, ProjectsService } from './service.ts';
export type { Snapshot, SourceSettings } from './source.ts';

export type Projects = ReturnType<typeof createProjects>;

/** Projects: where files come from, and the git directory that holds their snapshots. Registers `project.connect`. */
export function createProjects(
  deps: Omit<ProjectsDeps, 'sources' | 'jobs' | 'github'> &
    Pick<MembersDeps, 'accessChanged'> & {
      readonly jobs: Jobs;
      readonly github: Pick<GitHub, 'cloneAccess' | 'onRepositoryEvent'>;
      readonly accounts: Pick<Accounts, 'onInvitationAsked' | 'holds'>;
      readonly settings: SourceSettings;
      /** Looks a name up on GitHub. Throws `not_found` when nobody has it. */
      readonly findPerson: (ctx: Context, username: string) => Promise<FoundPerson>;
    },
) {
  const sources = createSources(deps.settings);
  const service = createProjectsService({ ...deps, sources });
  const members = createMembersService(deps);
  const reactions: OnConnected[] = [];
  const onPushed: OnPushed[] = [];
  deps.github.onRepositoryEvent(createOnRepositoryEvent({ live: deps.live, reactions: onPushed }));
  deps.accounts.onInvitationAsked((db, githubId) => hasInvitation(db, githubId, deps.clock.now()));
  deps.accounts.holds(createHolder({ ...deps, service, members }));
  deps.jobs.register(createConnectJob({ database: deps.database, service, reactions }));
  return {
    service,
    members,
    /** Whether there is a project under this id that the person is in. */
    exists: (...args: Parameters<ProjectsService['exists']>) => service.exists(...args),
    /** The project. Throws `not_found` to who is not in it, `forbidden` to who may not do this there. */
    require: (...args: Parameters<ProjectsService['require']>) => service.require(...args),
    /** Everybody in a project. */
    memberIds: memberIdsOf,
    /** As the system: the projects that are ready and connected to a repository on GitHub. */
    ofRepository: async (db: Db, repositoryId: number): Promise<{ id: Id<'project'>; ownerId: Id<'user'> }[]> =>
      (await projectsOfRepository(db, repositoryId))
        .filter(({ status, archived }) => status === 'ready' && !archived)
        .map(({ id, ownerId }) => ({ id, ownerId })),
    /** Whether a project is connected to a repository on GitHub. */
    isOnGithub: async (db: Db, id: Id<'project'>): Promise<boolean> => (await sourceKindOf(db, id)) === 'github',
    /** The role of somebody in a project; undefined when they have none. */
    roleOf: memberRoleOf,
    /** Where the bare git directory of a project is, or will be. */
    gitDirOf: (id: Id<'project'>) => sources.gitDirOf(id),
    snapshot: (...args: Parameters<ProjectsService['snapshot']>) => service.snapshot(...args),
    markIndexed: (...args: Parameters<ProjectsService['markIndexed']>) => service.markIndexed(...args),
    markCorrected: (...args: Parameters<ProjectsService['markCorrected']>) => service.markCorrected(...args),
    sweep: () => service.sweep(),
    reseal: () => service.reseal(),
    /** A later feature asks to be told, before the jobs are launched. */
    onConnected: (reaction: OnConnected) => void reactions.push(reaction),
    /** The same, for new commits on the branch that a project follows. */
    onPushed: (reaction: OnPushed) => void onPushed.push(reaction),
  };
}
