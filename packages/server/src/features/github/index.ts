import type { FastifyInstance } from 'fastify';
import type { GithubIssue, GithubPullRequest } from '@yudai/contract';
import type { Audit } from '#features/audit/index.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Context } from '#kernel/context.ts';
import type { Database, Db } from '#platform/db/index.ts';
import type { Limits } from '#platform/limits/index.ts';
import type { Log } from '#platform/log/index.ts';
import type { Secrets } from '#platform/secrets/index.ts';
import { type AppCredentials, createGitHubApp } from './app.ts';
import { createAsk } from './ask.ts';
import { createGitHubClient } from './client.ts';
import { createConnections } from './connections.ts';
import { createHandleDelivery, type OnRepositoryEvent } from './handle-delivery.ts';
import { keptIssue, keptPullRequest } from './mirror-store.ts';
import { createProbe } from './probe.ts';
import { createRenewTokens } from './renew-tokens.ts';
import { createGitHubService } from './service.ts';
import { ownersOfAccount } from './store.ts';
import { addGitHubWebhooks } from './webhook-door.ts';

export type { SignedIn } from './connections.ts';
export type { GithubActor, RepositoryEvent } from './handle-delivery.ts';
export { createGitHubRoutes } from './routes.ts';
export type { GitHubPerson } from './service.ts';

export interface GitHubSettings {
  /** Web address: https://github.com, or an Enterprise server. */
  readonly url: string;
  readonly apiUrl: string;
  /** Of the app that people sign in with; it renews their tokens. */
  readonly signIn: { readonly clientId: string; readonly clientSecret: string } | null;
  readonly app: AppCredentials | null;
  readonly webhookSecret: string | null;
  readonly pace: 'github' | 'none';
}

/** A repository that a person may clone, and with what. */
export interface CloneAccess {
  readonly repositoryId: number;
  readonly fullName: string;
  readonly defaultBranch: string;
  readonly url: string;
  /** For git's environment only: never for argv, a config, a log or a row. */
  readonly token: string;
}

export type GitHub = ReturnType<typeof createGitHub>;

/** Everything that Yudai does with GitHub. */
export function createGitHub(deps: {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly secrets: Pick<Secrets, 'seal' | 'open' | 'isOutdated'>;
  readonly audit: Pick<Audit, 'record' | 'recordAs'>;
  readonly limits: Pick<Limits, 'charge'>;
  readonly settings: GitHubSettings;
}) {
  const { clock, settings } = deps;
  const { url, signIn } = settings;
  const client = createGitHubClient(settings);
  const renew = signIn === null ? null : createRenewTokens({ url, ...signIn, clock });
  const connections = createConnections({ ...deps, client, renew });
  const ask = createAsk({ client, connections });
  const app = createGitHubApp({ client, clock, credentials: settings.app });
  const hasWebhooks = settings.webhookSecret !== null;
  const service = createGitHubService({ ...deps, ask, connections, app, url, hasWebhooks });
  const reactions: OnRepositoryEvent[] = [];
  const handle = createHandleDelivery({ ...deps, reactions });
  return {
    service,
    /** Whether GitHub answers, for health; null where nobody has set GitHub up. */
    probe: signIn === null && settings.app === null ? null : createProbe({ client, clock }),
    /** In the transaction of a sign-in: keeps its tokens, sealed. */
    saveConnection: connections.save,
    lookupUser: service.lookupUser,
    /** At a start: what the key before has sealed is sealed with the one of now. */
    reseal: connections.reseal,

    /** The repository `owner/name` for git, with the person's own token; asks GitHub, so what it hides is `not_found` here. */
    async cloneAccess(ctx: Context, fullName: string): Promise<CloneAccess> {
      const [owner = '', name = ''] = fullName.split('/');
      const found = await service.fetch(ctx, { owner, name });
      const token = await connections.withToken(ctx, async (current) => current);
      return {
        repositoryId: found.id,
        fullName: found.fullName,
        defaultBranch: found.defaultBranch,
        url: `${url}/${found.fullName}.git`,
        token,
      };
    },

    /** An issue as it is kept, for the system's own reactions; null when it is not. People ask the service. */
    keptIssue: async (db: Db, repositoryId: number, number: number): Promise<GithubIssue | null> =>
      (await keptIssue(db, repositoryId, number))?.item ?? null,

    /** A pull request as it is kept, for the same. */
    keptPullRequest: async (db: Db, repositoryId: number, number: number): Promise<GithubPullRequest | null> =>
      (await keptPullRequest(db, repositoryId, number))?.item ?? null,

    /** As the system: who has connected this account of GitHub. */
    peopleOf: ownersOfAccount,

    /** A later feature asks to be told what webhooks tell of repositories. */
    onRepositoryEvent: (reaction: OnRepositoryEvent) => void reactions.push(reaction),
    /** Opens `POST /v1/webhooks/github` below the API's prefix. */
    addDoors: (api: FastifyInstance) => addGitHubWebhooks(api, { ...deps, handle, secret: settings.webhookSecret }),
  };
}
