import type { Freshness, GithubBranch, GithubRepository } from '@yudai/contract';
import { z } from 'zod';
import { AppError } from '#kernel/app-error.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Context } from '#kernel/context.ts';
import { decodeCursor, encodeCursor } from '#kernel/cursor.ts';
import type { Database } from '#platform/db/index.ts';
import { branchAnswer, repositoryAnswer } from './answers.ts';
import { type Ask, cursorOf, pageParameters, type PageRequest } from './ask.ts';
import type { GitHubAnswer } from './client.ts';
import { isAway, isHidden } from './explain-failure.ts';
import { keptBranches, putSync } from './mirror-store.ts';
import {
  changeConnection,
  connectionOf,
  dropUnlisted,
  grantAccess,
  type KeptRepository,
  putRepositories,
  repositoriesAfter,
  repositoryOf,
  revokeAccess,
  touchAccess,
} from './store.ts';

export interface RepositoryName {
  readonly owner: string;
  readonly name: string;
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export interface FreshPage<T> extends Page<T> {
  freshness: Freshness;
}

export interface RepositoriesDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly ask: Ask;
}

export type Repositories = ReturnType<typeof createRepositories>;

/** A list this young is not asked for again. */
const listLastsMs = 2 * 60_000;
/** Pages of a hundred that a list has at most, and how many are fetched at once. */
const mostPages = 100;
const pagesAtOnce = 5;
const mostBranchPages = 10;

/** Repositories as GitHub shows them to a person. What GitHub shows is kept, and read again when GitHub is away. */
export function createRepositories({ database, clock, ask }: RepositoriesDeps) {
  /** All repositories of the person into the tables: those of every owner, also private ones. */
  async function list(ctx: Context): Promise<Date> {
    const startedAt = clock.now();
    const parameters = {
      per_page: 100,
      sort: 'pushed',
      direction: 'desc',
      affiliation: 'owner,collaborator,organization_member',
    };
    const page = (number: number) =>
      ask(ctx, 'GET /user/repos', { ...parameters, page: number }, z.array(repositoryAnswer));
    const first = await page(1);
    const found = [...first.data];
    const last = Math.min(first.lastPage ?? 1, mostPages);
    for (let next = 2; next <= last; next += pagesAtOnce) {
      const numbers = Array.from({ length: Math.min(pagesAtOnce, last - next + 1) }, (_, index) => next + index);
      for (const { data } of await Promise.all(numbers.map(page))) found.push(...data);
    }
    const { userId } = ctx.actor;
    const distinct = [...new Map(found.map((repository) => [repository.id, repository])).values()];
    await database.asSystem((db) => putRepositories(db, distinct, startedAt));
    await database.asUser(userId, async (db) => {
      await grantAccess(db, userId, distinct, { listed: true, seenAt: startedAt });
      await dropUnlisted(db, userId, startedAt);
      const row = await connectionOf(db, userId);
      if (row !== undefined) await changeConnection(db, userId, row.accessToken, { listedAt: startedAt });
    });
    return startedAt;
  }

  /** Lists anew when the list is old or that is wanted; says how old what is there is. */
  async function listIfOld(ctx: Context, refresh: boolean): Promise<Freshness> {
    const { userId } = ctx.actor;
    const row = await database.asUser(userId, (db) => connectionOf(db, userId));
    const listedAt = row?.listedAt ?? null;
    const age = listedAt === null ? Number.POSITIVE_INFINITY : clock.now().getTime() - listedAt.getTime();
    if (listedAt !== null && !refresh && age < listLastsMs) return { syncedAt: listedAt.toISOString(), stale: false };
    try {
      return { syncedAt: (await list(ctx)).toISOString(), stale: false };
    } catch (error) {
      if (listedAt === null || !isAway(error)) throw error;
      return { syncedAt: listedAt.toISOString(), stale: true };
    }
  }

  async function kept(ctx: Context, { owner, name }: RepositoryName): Promise<KeptRepository | undefined> {
    const { userId } = ctx.actor;
    return database.asUser(userId, (db) => repositoryOf(db, userId, `${owner}/${name}`));
  }

  /** Asks GitHub for a repository and keeps it. What it hides from the person, Yudai hides as well. */
  async function fetchRepository(ctx: Context, { owner, name }: RepositoryName): Promise<KeptRepository> {
    const { userId } = ctx.actor;
    const answer = await ask(ctx, 'GET /repos/{owner}/{repo}', { owner, repo: name }, repositoryAnswer).catch(
      async (error: unknown) => {
        const known = isHidden(error) ? await kept(ctx, { owner, name }) : undefined;
        if (known !== undefined) await database.asUser(userId, (db) => revokeAccess(db, userId, known.id));
        throw error;
      },
    );
    const syncedAt = clock.now();
    await database.asSystem((db) => putRepositories(db, [answer.data], syncedAt));
    await database.asUser(userId, (db) => grantAccess(db, userId, [answer.data], { listed: false, seenAt: syncedAt }));
    return { ...answer.data, syncedAt };
  }

  /**
   * Reads from GitHub, and what was kept when GitHub is away. `fromGitHub` gets the repository that is known, or asks for it once; a
   * repository that GitHub hides is no longer shown from what was kept either.
   */
  async function readThrough<T extends object>(
    ctx: Context,
    repository: RepositoryName,
    read: {
      readonly fromGitHub: (known: KeptRepository) => Promise<T>;
      readonly fromCache: (known: KeptRepository) => Promise<{ value: T; syncedAt: Date } | null>;
    },
  ): Promise<T & { freshness: Freshness }> {
    const known = await kept(ctx, repository);
    try {
      const value = await read.fromGitHub(known ?? (await fetchRepository(ctx, repository)));
      const now = clock.now();
      const { userId } = ctx.actor;
      if (known !== undefined) await database.asUser(userId, (db) => touchAccess(db, userId, known.id, now));
      return { ...value, freshness: { syncedAt: now.toISOString(), stale: false } };
    } catch (error) {
      if (known === undefined) throw error;
      // Whether the repository itself is hidden now, or only something in it, GitHub is asked once more.
      if (isHidden(error)) await fetchRepository(ctx, repository);
      if (!isAway(error)) throw error;
      const found = await read.fromCache(known);
      if (found === null) throw error;
      return { ...found.value, freshness: { syncedAt: found.syncedAt.toISOString(), stale: true } };
    }
  }

  return {
    readThrough,
    kept,
    /** The repository as GitHub shows it now. Throws `not_found` when the person may not see it. */
    fetch: fetchRepository,

    async repositories(
      ctx: Context,
      input: PageRequest & { query?: string | undefined; owner?: string | undefined; refresh: boolean },
    ): Promise<FreshPage<GithubRepository>> {
      const { userId } = ctx.actor;
      const { query, owner, limit, cursor } = input;
      const freshness = await listIfOld(ctx, input.refresh && cursor === undefined);
      const after = cursor === undefined ? null : afterOf(cursor);
      const rows = await database.asUser(userId, (db) =>
        repositoriesAfter(db, userId, { query, owner, after, limit: limit + 1 }),
      );
      const items = rows.slice(0, limit);
      const last = items.at(-1);
      const more = rows.length > limit && last !== undefined;
      return {
        items: items.map(present),
        nextCursor: more ? encodeCursor([pushedOf(last), last.id]) : null,
        freshness,
      };
    },

    repository: (ctx: Context, input: RepositoryName): Promise<GithubRepository & { freshness: Freshness }> =>
      readThrough(ctx, input, {
        fromGitHub: async () => present(await fetchRepository(ctx, input)),
        fromCache: async (known) => ({ value: present(known), syncedAt: known.syncedAt }),
      }),

    /** Branches with the default one first. GitHub cannot search them, so a search looks at up to a thousand. */
    async branches(
      ctx: Context,
      input: RepositoryName & PageRequest & { query?: string | undefined },
    ): Promise<FreshPage<GithubBranch>> {
      const { owner, name, query = '', limit } = input;
      const offset = (pageParameters(input).page - 1) * pageParameters(input).per_page;
      const shown = (all: readonly GithubBranch[], defaultBranch: string): Page<GithubBranch> => {
        const matching = all.filter((branch) => branch.name.toLowerCase().includes(query.toLowerCase()));
        const sorted = matching.toSorted((a, b) => Number(b.name === defaultBranch) - Number(a.name === defaultBranch));
        const next = offset + limit < sorted.length ? offset / limit + 2 : null;
        return { items: sorted.slice(offset, offset + limit), nextCursor: cursorOf(next, limit) };
      };
      return readThrough(ctx, input, {
        fromGitHub: async (known) => {
          const branches = await allBranches(ctx, owner, name);
          const sync = { repositoryId: known.id, kind: 'branches' as const, branches, syncedAt: clock.now() };
          await database.asSystem((db) => putSync(db, sync));
          return shown(branches, known.defaultBranch);
        },
        fromCache: async (known) => {
          const found = await database.asUser(ctx.actor.userId, (db) => keptBranches(db, known.id));
          return found && { value: shown(found.items, known.defaultBranch), syncedAt: found.syncedAt };
        },
      });
    },
  };

  async function allBranches(ctx: Context, owner: string, repo: string): Promise<GithubBranch[]> {
    const branches: GithubBranch[] = [];
    for (let page: number | null = 1; page !== null && page <= mostBranchPages;) {
      const route = 'GET /repos/{owner}/{repo}/branches';
      const parameters = { owner, repo, per_page: 100, page };
      const answer: GitHubAnswer<GithubBranch[]> = await ask(ctx, route, parameters, z.array(branchAnswer));
      branches.push(...answer.data);
      page = answer.nextPage;
    }
    return branches;
  }
}

function present({ syncedAt: _syncedAt, ...repository }: KeptRepository): GithubRepository {
  return repository;
}

function pushedOf({ pushedAt }: GithubRepository): number {
  return pushedAt === null ? 0 : new Date(pushedAt).getTime();
}

function afterOf(cursor: string): { pushedAt: number; id: number } {
  const [pushedAt, id] = decodeCursor(cursor, 2).map(Number);
  if (!Number.isSafeInteger(pushedAt) || !Number.isSafeInteger(id)) {
    throw new AppError('bad_request', 'This cursor is not valid. Ask for the list from its start again.');
  }
  return { pushedAt: pushedAt ?? 0, id: id ?? 0 };
}
