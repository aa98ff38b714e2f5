import type { GithubCheck, GithubCodeMatch, GithubCommit, GithubRepository } from '@yudai/contract';
import { z } from 'zod';
import type { Context } from '#kernel/context.ts';
import { checksAnswer, codeSearchAnswer, commitAnswer, repositoryAnswer } from './answers.ts';
import { cursorOf, pageParameters, type PageRequest } from './ask.ts';
import type { MirrorDeps } from './issues.ts';
import { keptCommits, putCommits, putSync } from './mirror-store.ts';
import type { FreshPage, Page, RepositoryName } from './repositories.ts';

/** Commits, checks and search on GitHub. */
export function createCode({ database, clock, ask, repositories }: Omit<MirrorDeps, 'audit'>) {
  return {
    async commits(
      ctx: Context,
      input: RepositoryName & PageRequest & { ref?: string | undefined; path?: string | undefined },
    ): Promise<FreshPage<GithubCommit>> {
      const { owner, name, ref, path } = input;
      const page = pageParameters(input);
      return repositories.readThrough<Page<GithubCommit>>(ctx, input, {
        fromGitHub: async (known) => {
          const filter = { ...(ref === undefined ? {} : { sha: ref }), ...(path === undefined ? {} : { path }) };
          const parameters = { owner, repo: name, ...filter, ...page };
          const answer = await ask(ctx, 'GET /repos/{owner}/{repo}/commits', parameters, z.array(commitAnswer));
          const syncedAt = clock.now();
          await database.asSystem(async (db) => {
            await putCommits(db, known.id, answer.data, syncedAt);
            await putSync(db, { repositoryId: known.id, kind: 'commits', syncedAt });
          });
          return { items: answer.data, nextCursor: cursorOf(answer.nextPage, page.per_page) };
        },
        fromCache: async (known) => {
          // Which branch or file a commit is about is not kept, so only the whole list can be shown.
          if (ref !== undefined || path !== undefined) return null;
          const { per_page: limit, page: number } = page;
          const filter = { repositoryId: known.id, offset: (number - 1) * limit, limit: limit + 1 };
          const found = await database.asUser(ctx.actor.userId, (db) => keptCommits(db, filter));
          if (found === null) return null;
          const next = found.items.length > limit ? number + 1 : null;
          const value = { items: found.items.slice(0, limit), nextCursor: cursorOf(next, limit) };
          return { value, syncedAt: found.syncedAt };
        },
      });
    },

    async checks(ctx: Context, input: RepositoryName & PageRequest & { ref: string }): Promise<Page<GithubCheck>> {
      const { owner, name, ref } = input;
      const page = pageParameters(input);
      const route = 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs';
      const answer = await ask(ctx, route, { owner, repo: name, ref, ...page }, checksAnswer);
      return { items: answer.data, nextCursor: cursorOf(answer.nextPage, page.per_page) };
    },

    async searchRepositories(ctx: Context, input: PageRequest & { query: string }): Promise<Page<GithubRepository>> {
      const page = pageParameters(input);
      const found = z.object({ items: z.array(repositoryAnswer) });
      const answer = await ask(ctx, 'GET /search/repositories', { q: input.query, ...page }, found);
      return { items: answer.data.items, nextCursor: cursorOf(answer.nextPage, page.per_page) };
    },

    async searchCode(
      ctx: Context,
      input: PageRequest & { query: string; repository: string },
    ): Promise<Page<GithubCodeMatch>> {
      const page = pageParameters(input);
      const q = `${input.query} repo:${input.repository}`;
      const answer = await ask(ctx, 'GET /search/code', { q, ...page }, codeSearchAnswer);
      return { items: answer.data, nextCursor: cursorOf(answer.nextPage, page.per_page) };
    },
  };
}
