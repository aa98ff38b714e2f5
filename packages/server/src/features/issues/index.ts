import type { Audit } from '#features/audit/index.ts';
import type { Cards } from '#features/cards/index.ts';
import type { Chat } from '#features/chat/index.ts';
import type { CodebaseService } from '#features/codebase/index.ts';
import type { GitHub } from '#features/github/index.ts';
import type { Models } from '#features/models/index.ts';
import type { Projects } from '#features/projects/index.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Database } from '#platform/db/index.ts';
import type { Jobs } from '#platform/jobs/index.ts';
import type { Live } from '#platform/live/index.ts';
import { createAccess } from './change-issue.ts';
import { createDraftJob } from './draft-job.ts';
import { createDraftService } from './draft-service.ts';
import { createFacts } from './facts.ts';
import { createIdeasJob, createIdeasService } from './ideas.ts';
import { createOnGithub } from './on-github.ts';
import { createPublishJob } from './publish-job.ts';
import { createPublishService } from './publish-service.ts';
import { createIssuesService } from './service.ts';
import { createSolvable, type OnRemoving } from './solvable.ts';

export { createIssuesRoutes } from './routes.ts';
export type { OnRemoving, Solvable, SolvableIssue } from './solvable.ts';

export type Issues = ReturnType<typeof createIssues>;

export interface IssuesDeps {
  readonly database: Database;
  readonly live: Live;
  readonly clock: Clock;
  readonly jobs: Jobs;
  readonly audit: Audit;
  readonly projects: Projects;
  readonly codebase: CodebaseService;
  readonly github: GitHub;
  readonly cards: Cards;
  readonly chat: Chat;
  readonly models: Pick<Models, 'forJob' | 'priceOf'>;
}

/** What is to be done: issues from a wish to GitHub, and ideas for them. Registers `issues.draft`, `issues.ideas` and `issues.publish`. */
export function createIssues(deps: IssuesDeps) {
  const { jobs, chat } = deps;
  const parts = { ...deps, github: deps.github.service, readerOf: chat.readerOf };
  const access = createAccess(parts);
  const onRemoving: OnRemoving[] = [];
  const service = createIssuesService({ ...parts, facts: createFacts(parts), onRemoving }, access);
  jobs.register(createDraftJob(parts));
  jobs.register(createIdeasJob(parts));
  jobs.register(createPublishJob(parts));
  deps.github.onRepositoryEvent(createOnGithub({ ...parts, keptIssue: deps.github.keptIssue }));
  return {
    service,
    drafts: createDraftService(parts, access),
    publishing: createPublishService({ ...parts, ...service }, access),
    ideas: createIdeasService(parts),
    solvable: createSolvable(deps),
    /** A later feature is asked before an issue goes, in that transaction. */
    onRemoving: (reaction: OnRemoving) => void onRemoving.push(reaction),
  };
}
