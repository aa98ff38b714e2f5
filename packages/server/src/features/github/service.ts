import type { GithubInstallation, GithubStatus } from '@yudai/contract';
import { z } from 'zod';
import type { Audit } from '#features/audit/index.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Context } from '#kernel/context.ts';
import type { Database } from '#platform/db/index.ts';
import { installationAnswer, userAnswer } from './answers.ts';
import type { createGitHubApp } from './app.ts';
import type { Ask } from './ask.ts';
import { createCode } from './code.ts';
import type { Connections } from './connections.ts';
import { createIssues } from './issues.ts';
import { createPullRequests } from './pull-requests.ts';
import { createRecordWrite } from './record-writes.ts';
import { createRepositories } from './repositories.ts';

export interface GitHubServiceDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly audit: Pick<Audit, 'record'>;
  readonly ask: Ask;
  readonly connections: Connections;
  readonly app: ReturnType<typeof createGitHubApp>;
  /** Web address of GitHub. */
  readonly url: string;
  readonly hasWebhooks: boolean;
}

export type GitHubService = ReturnType<typeof createGitHubService>;

/** Somebody on GitHub, whether or not they use Yudai. */
export interface GitHubPerson {
  readonly githubId: number;
  readonly login: string;
  readonly name: string | null;
  readonly avatarUrl: string | null;
}

/** What a person does on GitHub through Yudai: always as themselves, never more than GitHub lets them. */
export function createGitHubService(deps: GitHubServiceDeps) {
  const { connections, ask, app } = deps;
  const repositories = createRepositories(deps);
  const parts = { ...deps, repositories, recordWrite: createRecordWrite(deps) };
  return {
    ...repositories,
    ...createIssues(parts),
    ...createPullRequests(parts),
    ...createCode(parts),
    connect: connections.connect,
    check: connections.check,
    disconnect: connections.disconnect,

    async status(ctx: Context): Promise<GithubStatus> {
      const connection = await connections.read(ctx.actor.userId);
      return { url: deps.url, app: app.isConfigured, webhooks: deps.hasWebhooks, connection };
    },

    /** Where the app is installed, among the accounts that the person sees. Needs a connection that was made through the app. */
    async installations(ctx: Context): Promise<{ items: GithubInstallation[] }> {
      const answer = z.object({ installations: z.array(installationAnswer) });
      const { data } = await ask(ctx, 'GET /user/installations', { per_page: 100 }, answer);
      return { items: data.installations };
    },

    appOverview: (ctx: Context) => app.overview(ctx),

    /** Somebody by their name on GitHub. Throws `not_found` when nobody is called so. */
    async lookupUser(ctx: Context, login: string): Promise<GitHubPerson> {
      return (await ask(ctx, 'GET /users/{username}', { username: login }, userAnswer)).data;
    },
  };
}
