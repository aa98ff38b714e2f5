import type { Freshness, GithubComment, GithubIssue, GithubLabel } from '@yudai/contract';
import { z } from 'zod';
import type { Deed } from '#features/audit/index.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Context } from '#kernel/context.ts';
import { AppError } from '#kernel/app-error.ts';
import type { Database } from '#platform/db/index.ts';
import { commentAnswer, issueAnswer, labelAnswer } from './answers.ts';
import { type Ask, cursorOf, pageParameters, type PageRequest } from './ask.ts';
import { keptIssue, keptIssues, putIssues, putSync } from './mirror-store.ts';
import { type RecordWrite, repositoryOf } from './record-writes.ts';
import type { FreshPage, Page, Repositories, RepositoryName } from './repositories.ts';

export interface MirrorDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly recordWrite: RecordWrite;
  readonly ask: Ask;
  readonly repositories: Repositories;
}

type Numbered = RepositoryName & { readonly number: number };

export interface IssueChange {
  readonly title?: string | undefined;
  readonly body?: string | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly assignees?: readonly string[] | undefined;
  readonly state?: GithubIssue['state'] | undefined;
  readonly stateReason?: 'completed' | 'not_planned' | undefined;
}

/** Issues on GitHub: read through what is kept, written at GitHub first and then kept. */
export function createIssues({ database, clock, recordWrite, ask, repositories }: MirrorDeps) {
  async function keep(repositoryId: number, issues: readonly GithubIssue[]): Promise<void> {
    await database.asSystem((db) => putIssues(db, repositoryId, issues, clock.now()));
  }

  /** It is written at GitHub: nothing may fail any more, or it would be written again. What is not known yet is kept when it is read. */
  async function keepIfKnown(ctx: Context, repository: RepositoryName, issue: GithubIssue): Promise<GithubIssue> {
    const known = await repositories.kept(ctx, repository);
    if (known !== undefined) await keep(known.id, [issue]);
    return issue;
  }

  async function read(ctx: Context, { owner, name, number }: Numbered): Promise<GithubIssue> {
    const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}';
    const { data } = await ask(ctx, route, { owner, repo: name, issue_number: number }, issueAnswer);
    if (data.isPullRequest) throw new AppError('not_found', `Number ${number} is a pull request, not an issue.`);
    return data.issue;
  }

  return {
    async issues(
      ctx: Context,
      input: RepositoryName & PageRequest & { state: 'open' | 'closed' | 'all'; label?: string | undefined },
    ): Promise<FreshPage<GithubIssue>> {
      const { owner, name, state, label } = input;
      const page = pageParameters(input);
      return repositories.readThrough<Page<GithubIssue>>(ctx, input, {
        fromGitHub: async (known) => {
          const filter = {
            state,
            sort: 'updated',
            direction: 'desc',
            ...(label === undefined ? {} : { labels: label }),
          };
          const parameters = { owner, repo: name, ...filter, ...page };
          const answer = await ask(ctx, 'GET /repos/{owner}/{repo}/issues', parameters, z.array(issueAnswer));
          const items = answer.data.filter(({ isPullRequest }) => !isPullRequest).map(({ issue }) => issue);
          const syncedAt = clock.now();
          await database.asSystem(async (db) => {
            await putIssues(db, known.id, items, syncedAt);
            await putSync(db, { repositoryId: known.id, kind: 'issues', syncedAt });
          });
          return { items, nextCursor: cursorOf(answer.nextPage, page.per_page) };
        },
        fromCache: async (known) => {
          const { per_page: limit, page: number } = page;
          const filter = { repositoryId: known.id, state, label, offset: (number - 1) * limit, limit: limit + 1 };
          const found = await database.asUser(ctx.actor.userId, (db) => keptIssues(db, filter));
          if (found === null) return null;
          const next = found.items.length > limit ? number + 1 : null;
          const value = { items: found.items.slice(0, limit), nextCursor: cursorOf(next, limit) };
          return { value, syncedAt: found.syncedAt };
        },
      });
    },

    issue: (ctx: Context, input: Numbered): Promise<GithubIssue & { freshness: Freshness }> =>
      repositories.readThrough(ctx, input, {
        fromGitHub: async (known) => {
          const issue = await read(ctx, input);
          await keep(known.id, [issue]);
          return issue;
        },
        fromCache: async (known) => {
          const found = await database.asUser(ctx.actor.userId, (db) => keptIssue(db, known.id, input.number));
          return found && { value: found.item, syncedAt: found.syncedAt };
        },
      }),

    async createIssue(
      ctx: Context,
      input: RepositoryName & { title: string; body: string; labels: string[]; assignees: string[] },
    ): Promise<GithubIssue> {
      const { owner, name, ...content } = input;
      const parameters = { owner, repo: name, ...content };
      const { data } = await recordWrite(ctx, {
        action: 'github.issue_created',
        target: repositoryOf(input),
        send: () => ask(ctx, 'POST /repos/{owner}/{repo}/issues', parameters, issueAnswer),
        deeds: ({ data: { issue } }) => [
          { action: 'github.issue_created', target: targetOf(input, issue.number), details: { url: issue.url } },
        ],
      });
      return keepIfKnown(ctx, input, data.issue);
    },

    /** Changes what is given; closing, reopening and labels are written down as what they are. */
    async updateIssue(ctx: Context, input: Numbered & IssueChange): Promise<GithubIssue> {
      const { owner, name, number, stateReason, ...change } = input;
      const before = await read(ctx, input);
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      const reason = stateReason === undefined ? {} : { state_reason: stateReason };
      const route = 'PATCH /repos/{owner}/{repo}/issues/{issue_number}';
      const parameters = { owner, repo: name, issue_number: number, ...given, ...reason };
      const target = targetOf(input, number);
      const { data } = await recordWrite(ctx, {
        action: 'github.issue_updated',
        target,
        send: () => ask(ctx, route, parameters, issueAnswer),
        deeds: ({ data: { issue } }) => deedsOf(target, before, issue),
      });
      return keepIfKnown(ctx, input, data.issue);
    },

    async comments(ctx: Context, input: Numbered & PageRequest): Promise<Page<GithubComment>> {
      const { owner, name, number } = input;
      const page = pageParameters(input);
      const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments';
      const parameters = { owner, repo: name, issue_number: number, ...page };
      const answer = await ask(ctx, route, parameters, z.array(commentAnswer));
      return { items: answer.data, nextCursor: cursorOf(answer.nextPage, page.per_page) };
    },

    async createComment(ctx: Context, input: Numbered & { body: string }): Promise<GithubComment> {
      const { owner, name, number, body } = input;
      const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
      const target = targetOf(input, number);
      const { data } = await recordWrite(ctx, {
        action: 'github.comment_created',
        target,
        send: () => ask(ctx, route, { owner, repo: name, issue_number: number, body }, commentAnswer),
        deeds: ({ data: { url } }) => [{ action: 'github.comment_created', target, details: { url } }],
      });
      return data;
    },

    async labels(ctx: Context, input: RepositoryName & PageRequest): Promise<Page<GithubLabel>> {
      const { owner, name } = input;
      const page = pageParameters(input);
      const parameters = { owner, repo: name, ...page };
      const answer = await ask(ctx, 'GET /repos/{owner}/{repo}/labels', parameters, z.array(labelAnswer));
      return { items: answer.data, nextCursor: cursorOf(answer.nextPage, page.per_page) };
    },
  };
}

function targetOf({ owner, name }: RepositoryName, number: number): { kind: string; id: string } {
  return { kind: 'github_issue', id: `${owner}/${name}#${number}` };
}

function deedsOf(target: { kind: string; id: string }, before: GithubIssue, after: GithubIssue): Deed[] {
  const deeds: Deed[] = [];
  const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  if (before.state !== after.state) {
    const details = { reason: after.stateReason };
    deeds.push({ action: after.state === 'closed' ? 'github.issue_closed' : 'github.issue_reopened', target, details });
  }
  if (!isSame(before.labels.toSorted(), after.labels.toSorted())) {
    deeds.push({ action: 'github.labels_changed', target, details: { from: before.labels, to: after.labels } });
  }
  const edited = (['title', 'body', 'assignees'] as const).filter((field) => !isSame(before[field], after[field]));
  // What asked for nothing new is still a write at GitHub.
  if (edited.length > 0 || deeds.length === 0) {
    deeds.push({ action: 'github.issue_updated', target, details: { fields: edited } });
  }
  return deeds;
}
