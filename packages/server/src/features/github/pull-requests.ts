import type { Freshness, GithubFile, GithubPullRequest } from '@yudai/contract';
import { z } from 'zod';
import type { Context } from '#kernel/context.ts';
import { fileAnswer, pullRequestAnswer } from './answers.ts';
import { cursorOf, pageParameters, type PageRequest } from './ask.ts';
import type { MirrorDeps } from './issues.ts';
import { keptPullRequest, keptPullRequests, putPullRequests, putSync } from './mirror-store.ts';
import { repositoryOf } from './record-writes.ts';
import type { FreshPage, Page, RepositoryName } from './repositories.ts';

type Numbered = RepositoryName & { readonly number: number };

/** Pull requests on GitHub: read through what is kept, written at GitHub first and then kept. */
export function createPullRequests({ database, clock, recordWrite, ask, repositories }: MirrorDeps) {
  async function keep(repositoryId: number, pulls: readonly GithubPullRequest[]): Promise<void> {
    await database.asSystem((db) => putPullRequests(db, repositoryId, pulls, clock.now()));
  }

  return {
    async pullRequests(
      ctx: Context,
      input: RepositoryName & PageRequest & { state: 'open' | 'closed' | 'all' },
    ): Promise<FreshPage<GithubPullRequest>> {
      const { owner, name, state } = input;
      const page = pageParameters(input);
      return repositories.readThrough<Page<GithubPullRequest>>(ctx, input, {
        fromGitHub: async (known) => {
          const parameters = { owner, repo: name, state, sort: 'updated', direction: 'desc', ...page };
          const answer = await ask(ctx, 'GET /repos/{owner}/{repo}/pulls', parameters, z.array(pullRequestAnswer));
          const syncedAt = clock.now();
          await database.asSystem(async (db) => {
            await putPullRequests(db, known.id, answer.data, syncedAt);
            await putSync(db, { repositoryId: known.id, kind: 'pull_requests', syncedAt });
          });
          return { items: answer.data, nextCursor: cursorOf(answer.nextPage, page.per_page) };
        },
        fromCache: async (known) => {
          const { per_page: limit, page: number } = page;
          const filter = { repositoryId: known.id, state, offset: (number - 1) * limit, limit: limit + 1 };
          const found = await database.asUser(ctx.actor.userId, (db) => keptPullRequests(db, filter));
          if (found === null) return null;
          const next = found.items.length > limit ? number + 1 : null;
          const value = { items: found.items.slice(0, limit), nextCursor: cursorOf(next, limit) };
          return { value, syncedAt: found.syncedAt };
        },
      });
    },

    pullRequest: (ctx: Context, input: Numbered): Promise<GithubPullRequest & { freshness: Freshness }> =>
      repositories.readThrough(ctx, input, {
        fromGitHub: async (known) => {
          const { owner, name, number } = input;
          const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}';
          const { data } = await ask(ctx, route, { owner, repo: name, pull_number: number }, pullRequestAnswer);
          await keep(known.id, [data]);
          return data;
        },
        fromCache: async (known) => {
          const found = await database.asUser(ctx.actor.userId, (db) => keptPullRequest(db, known.id, input.number));
          return found && { value: found.item, syncedAt: found.syncedAt };
        },
      }),

    async pullRequestFiles(ctx: Context, input: Numbered & PageRequest): Promise<Page<GithubFile>> {
      const { owner, name, number } = input;
      const page = pageParameters(input);
      const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/files';
      const parameters = { owner, repo: name, pull_number: number, ...page };
      const answer = await ask(ctx, route, parameters, z.array(fileAnswer));
      return { items: answer.data, nextCursor: cursorOf(answer.nextPage, page.per_page) };
    },

    /** The pull request of a branch of the repository itself, the open one before closed ones. Asks GitHub, never what is kept. */
    async pullRequestOf(
      ctx: Context,
      { owner, name, head }: RepositoryName & { head: string },
    ): Promise<GithubPullRequest | null> {
      const parameters = { owner, repo: name, state: 'all', head: `${owner}:${head}`, per_page: 100 };
      const { data } = await ask(ctx, 'GET /repos/{owner}/{repo}/pulls', parameters, z.array(pullRequestAnswer));
      const own = data.filter((pull) => pull.head.ref === head);
      return own.find(({ state }) => state === 'open') ?? own[0] ?? null;
    },

    /** Says something else in a pull request. */
    async updatePullRequest(
      ctx: Context,
      input: Numbered & { title: string; body: string },
    ): Promise<GithubPullRequest> {
      const { owner, name, number, title, body } = input;
      const parameters = { owner, repo: name, pull_number: number, title, body };
      const { data } = await recordWrite(ctx, {
        action: 'github.pull_request_updated',
        target: repositoryOf(input),
        send: () => ask(ctx, 'PATCH /repos/{owner}/{repo}/pulls/{pull_number}', parameters, pullRequestAnswer),
        deeds: () => [
          {
            action: 'github.pull_request_updated',
            target: { kind: 'github_pull_request', id: `${owner}/${name}#${number}` },
            details: { title },
          },
        ],
      });
      const known = await repositories.kept(ctx, input);
      if (known !== undefined) await keep(known.id, [data]);
      return data;
    },

    async createPullRequest(
      ctx: Context,
      input: RepositoryName & { title: string; body: string; head: string; base: string; draft: boolean },
    ): Promise<GithubPullRequest> {
      const { owner, name, ...content } = input;
      const parameters = { owner, repo: name, ...content };
      const { data } = await recordWrite(ctx, {
        action: 'github.pull_request_created',
        target: repositoryOf(input),
        send: () => ask(ctx, 'POST /repos/{owner}/{repo}/pulls', parameters, pullRequestAnswer),
        deeds: ({ data: { number, url } }) => [
          {
            action: 'github.pull_request_created',
            target: { kind: 'github_pull_request', id: `${owner}/${name}#${number}` },
            details: { url, head: input.head, base: input.base },
          },
        ],
      });
      const known = await repositories.kept(ctx, input);
      if (known !== undefined) await keep(known.id, [data]);
      return data;
    },
  };
}
