import type { Id } from '@yudai/contract';
import type { RepositoryEvent } from '#features/github/index.ts';
import type { Db } from '#platform/db/index.ts';
import type { Live } from '#platform/live/index.ts';
import { projectsOfRepository } from './store.ts';

/** The branch that a project follows has new commits. */
export interface Pushed {
  readonly projectId: Id<'project'>;
  readonly ownerId: Id<'user'>;
  readonly name: string;
}

/** What a later feature does then; it queries and starts jobs, in the transaction it is given. */
export type OnPushed = (db: Db, pushed: Pushed) => Promise<void>;

/**
 * What projects do when GitHub tells of a repository: who watches a project of it hears of it, and a push to the branch that is followed is
 * passed on. Which push comes first does not matter, for the branch is read as it is when the index runs.
 */
export function createOnRepositoryEvent(deps: {
  readonly live: Pick<Live, 'append'>;
  readonly reactions: readonly OnPushed[];
}): (db: Db, event: RepositoryEvent) => Promise<void> {
  const { live, reactions } = deps;
  return async (db, event) => {
    for (const project of await projectsOfRepository(db, event.repositoryId)) {
      const { id: projectId, ownerId, name } = project;
      // A comment changes nothing of what is shown of it.
      if (event.kind === 'comment') continue;
      await live.append(db, { ownerId, projectId }, `project:${projectId}`, {
        type: 'github_update',
        data: {
          projectId,
          repository: event.fullName,
          what: event.kind,
          number: event.kind === 'issue' || event.kind === 'pull_request' ? event.number : null,
        },
      });
      if (event.kind !== 'push' || project.status !== 'ready' || project.archived) continue;
      const follows = (project.ref ?? event.defaultBranch) === event.branch;
      if (!follows || project.commit === event.after) continue;
      for (const react of reactions) await react(db, { projectId, ownerId, name });
    }
  };
}
