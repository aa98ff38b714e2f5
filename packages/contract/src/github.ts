import { z } from 'zod';
import { procedure } from '#access.ts';
import { gitRef, githubOwner, githubRepositoryName, repositoryFullName } from '#git.ts';
import { pageOf, pageRequest } from '#paging.ts';

/** GitHub's ids have left 32 bits and stay far below 2^53. */
const githubId = z.number().int().positive();
const moment = z.iso.datetime();

/** How old an answer is: `stale` when GitHub could not be asked and what Yudai kept is shown instead. */
export const freshness = z.object({ syncedAt: moment, stale: z.boolean() });
export type Freshness = z.infer<typeof freshness>;

/** A person's connection to GitHub, as it was at `checkedAt`. Tokens are never part of it. */
export const githubConnection = z.object({
  login: z.string(),
  githubId,
  name: z.string().nullable(),
  avatarUrl: z.string().nullable(),
  /** needs_reauthorization: GitHub accepts the tokens no more, so the person has to connect again. */
  status: z.enum(['ok', 'needs_reauthorization']),
  scopes: z.array(z.string()),
  /** When the access token ends; it is renewed before. Null for tokens that do not end. */
  expiresAt: moment.nullable(),
  rateLimit: z.object({ left: z.number().int(), resetsAt: moment }).nullable(),
  connectedAt: moment,
  checkedAt: moment.nullable(),
});
export type GithubConnection = z.infer<typeof githubConnection>;

export const githubStatus = z.object({
  /** Where GitHub is: https://github.com, or an Enterprise server. */
  url: z.string(),
  app: z.boolean(),
  webhooks: z.boolean(),
  connection: githubConnection.nullable(),
});
export type GithubStatus = z.infer<typeof githubStatus>;

export const githubInstallation = z.object({
  id: githubId,
  account: z.string(),
  /** Whether it covers all repositories of the account or chosen ones. */
  selection: z.enum(['all', 'selected']),
  permissions: z.record(z.string(), z.string()),
  url: z.string(),
});
export type GithubInstallation = z.infer<typeof githubInstallation>;

export const githubRepository = z.object({
  id: githubId,
  fullName: z.string(),
  owner: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  private: z.boolean(),
  archived: z.boolean(),
  fork: z.boolean(),
  defaultBranch: z.string(),
  language: z.string().nullable(),
  /** What the asking person may do there, as GitHub said when it was last asked. */
  permission: z.enum(['admin', 'maintain', 'write', 'triage', 'read']),
  url: z.string(),
  pushedAt: moment.nullable(),
});
export type GithubRepository = z.infer<typeof githubRepository>;

export const githubLabel = z.object({ name: z.string(), color: z.string(), description: z.string().nullable() });
export type GithubLabel = z.infer<typeof githubLabel>;

export const githubIssue = z.object({
  id: githubId,
  number: z.number().int(),
  title: z.string(),
  body: z.string(),
  state: z.enum(['open', 'closed']),
  stateReason: z.string().nullable(),
  labels: z.array(z.string()),
  author: z.string().nullable(),
  assignees: z.array(z.string()),
  comments: z.number().int(),
  url: z.string(),
  createdAt: moment,
  updatedAt: moment,
  closedAt: moment.nullable(),
});
export type GithubIssue = z.infer<typeof githubIssue>;

export const githubComment = z.object({
  id: githubId,
  author: z.string().nullable(),
  body: z.string(),
  url: z.string(),
  createdAt: moment,
  updatedAt: moment,
});
export type GithubComment = z.infer<typeof githubComment>;

export const githubPullRequest = z.object({
  id: githubId,
  number: z.number().int(),
  title: z.string(),
  body: z.string(),
  state: z.enum(['open', 'closed', 'merged']),
  draft: z.boolean(),
  head: z.object({ ref: z.string(), sha: z.string() }),
  base: z.object({ ref: z.string(), sha: z.string() }),
  author: z.string().nullable(),
  url: z.string(),
  createdAt: moment,
  updatedAt: moment,
});
export type GithubPullRequest = z.infer<typeof githubPullRequest>;

export const githubFile = z.object({
  path: z.string(),
  previousPath: z.string().nullable(),
  status: z.string(),
  additions: z.number().int(),
  deletions: z.number().int(),
  /** The unified diff of the file; null when GitHub shows none, as for binary files. */
  patch: z.string().nullable(),
});
export type GithubFile = z.infer<typeof githubFile>;

export const githubCommit = z.object({
  sha: z.string(),
  message: z.string(),
  authorName: z.string().nullable(),
  authorLogin: z.string().nullable(),
  date: moment.nullable(),
  url: z.string(),
});
export type GithubCommit = z.infer<typeof githubCommit>;

export const githubCheck = z.object({
  name: z.string(),
  status: z.string(),
  conclusion: z.string().nullable(),
  url: z.string().nullable(),
  startedAt: moment.nullable(),
  completedAt: moment.nullable(),
});
export type GithubCheck = z.infer<typeof githubCheck>;

export const githubBranch = z.object({ name: z.string(), sha: z.string(), protected: z.boolean() });
export type GithubBranch = z.infer<typeof githubBranch>;

export const githubCodeMatch = z.object({ fullName: z.string(), path: z.string(), sha: z.string(), url: z.string() });
export type GithubCodeMatch = z.infer<typeof githubCodeMatch>;

const repositoryInput = { owner: githubOwner, name: githubRepositoryName };
/** Of an issue or pull request. In the path of a request with a body it arrives as text. */
const itemNumber = z.union([
  z.number().int().min(1),
  z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'not a number')
    .transform(Number),
]);
const numberInput = { ...repositoryInput, number: itemNumber };
const listInput = { ...repositoryInput, ...pageRequest(100, 30) };
const title = z.string().trim().min(1).max(256);
const body = z.string().max(65_536);
const labels = z.array(z.string().trim().min(1).max(50)).max(100);
const assignees = z.array(githubOwner).max(10);
const fresh = <T extends z.ZodType>(item: T) => pageOf(item).extend({ freshness });
const tags = ['github'];
const at = '/v1/github/repositories/{owner}/{name}';

export const githubContract = {
  status: procedure('person')
    .route({ method: 'GET', path: '/v1/github', summary: 'How the asking person is connected to GitHub', tags })
    .input(z.strictObject({}))
    .output(githubStatus),
  connect: procedure('account')
    .route({ method: 'POST', path: '/v1/github/connection', summary: 'Connect GitHub with an access token', tags })
    .input(
      z.strictObject({
        token: z
          .string()
          .min(20)
          .max(255)
          .regex(/^[\x21-\x7e]+$/, 'not an access token'),
      }),
    )
    .output(githubConnection),
  check: procedure('person')
    .route({ method: 'POST', path: '/v1/github/connection/check', summary: 'Ask GitHub whether it still works', tags })
    .input(z.strictObject({}))
    .output(githubConnection),
  disconnect: procedure('account')
    .route({ method: 'DELETE', path: '/v1/github/connection', summary: 'Forget the tokens for GitHub', tags })
    .input(z.strictObject({}))
    .output(z.object({ disconnected: z.boolean() })),
  installations: procedure('person')
    .route({
      method: 'GET',
      path: '/v1/github/installations',
      summary: 'Where the GitHub App is installed, among what the person sees',
      tags,
    })
    .input(z.strictObject({}))
    .output(z.object({ items: z.array(githubInstallation) })),
  app: procedure('administrator')
    .route({
      method: 'GET',
      path: '/v1/github/app',
      summary: 'The GitHub App, its installations and repositories',
      tags,
    })
    .input(z.strictObject({}))
    .output(
      z.object({
        slug: z.string(),
        installations: z.array(githubInstallation.extend({ repositories: z.array(z.string()) })),
      }),
    ),
  repositories: procedure('person')
    .meta({ limit: 'repositories' })
    .route({
      method: 'GET',
      path: '/v1/github/repositories',
      summary: 'Repositories that the person may use, of all owners, the last pushed first',
      tags,
    })
    .input(
      z.strictObject({
        ...pageRequest(100, 30),
        query: z.string().max(200).optional(),
        owner: githubOwner.optional(),
        /** Asks GitHub anew instead of using a list of the last minutes. */
        refresh: z.boolean().default(false),
      }),
    )
    .output(fresh(githubRepository)),
  repository: procedure('person')
    .route({ method: 'GET', path: at, summary: 'One repository', tags })
    .input(z.strictObject(repositoryInput))
    .output(githubRepository.extend({ freshness })),
  branches: procedure('person')
    .meta({ limit: 'repositories' })
    .route({ method: 'GET', path: `${at}/branches`, summary: 'Branches, the default one first', tags })
    .input(z.strictObject({ ...listInput, query: z.string().max(200).optional() }))
    .output(fresh(githubBranch)),
  issues: procedure('person')
    .route({ method: 'GET', path: `${at}/issues`, summary: 'Issues, the last changed first', tags })
    .input(
      z.strictObject({
        ...listInput,
        state: z.enum(['open', 'closed', 'all']).default('open'),
        label: z.string().max(50).optional(),
      }),
    )
    .output(fresh(githubIssue)),
  issue: procedure('person')
    .route({ method: 'GET', path: `${at}/issues/{number}`, summary: 'One issue', tags })
    .input(z.strictObject(numberInput))
    .output(githubIssue.extend({ freshness })),
  createIssue: procedure('person')
    .route({ method: 'POST', path: `${at}/issues`, summary: 'Open an issue', tags, successStatus: 201 })
    .input(
      z.strictObject({
        ...repositoryInput,
        title,
        body: body.default(''),
        labels: labels.default([]),
        assignees: assignees.default([]),
      }),
    )
    .output(githubIssue),
  updateIssue: procedure('person')
    .route({ method: 'PATCH', path: `${at}/issues/{number}`, summary: 'Change, label, close or reopen an issue', tags })
    .input(
      z.strictObject({
        ...numberInput,
        title: title.optional(),
        body: body.optional(),
        labels: labels.optional(),
        assignees: assignees.optional(),
        state: z.enum(['open', 'closed']).optional(),
        stateReason: z.enum(['completed', 'not_planned']).optional(),
      }),
    )
    .output(githubIssue),
  comments: procedure('person')
    .route({
      method: 'GET',
      path: `${at}/issues/{number}/comments`,
      summary: 'Comments on an issue or pull request',
      tags,
    })
    .input(z.strictObject({ ...numberInput, ...pageRequest(100, 30) }))
    .output(pageOf(githubComment)),
  createComment: procedure('person')
    .route({ method: 'POST', path: `${at}/issues/{number}/comments`, summary: 'Comment', tags, successStatus: 201 })
    .input(z.strictObject({ ...numberInput, body: body.min(1) }))
    .output(githubComment),
  labels: procedure('person')
    .route({ method: 'GET', path: `${at}/labels`, summary: 'Labels of a repository', tags })
    .input(z.strictObject(listInput))
    .output(pageOf(githubLabel)),
  pullRequests: procedure('person')
    .route({ method: 'GET', path: `${at}/pulls`, summary: 'Pull requests, the last changed first', tags })
    .input(z.strictObject({ ...listInput, state: z.enum(['open', 'closed', 'all']).default('open') }))
    .output(fresh(githubPullRequest)),
  pullRequest: procedure('person')
    .route({ method: 'GET', path: `${at}/pulls/{number}`, summary: 'One pull request', tags })
    .input(z.strictObject(numberInput))
    .output(githubPullRequest.extend({ freshness })),
  pullRequestFiles: procedure('person')
    .route({ method: 'GET', path: `${at}/pulls/{number}/files`, summary: 'What a pull request changes', tags })
    .input(z.strictObject({ ...numberInput, ...pageRequest(100) }))
    .output(pageOf(githubFile)),
  createPullRequest: procedure('person')
    .route({ method: 'POST', path: `${at}/pulls`, summary: 'Open a pull request', tags, successStatus: 201 })
    .input(
      z.strictObject({
        ...repositoryInput,
        title,
        body: body.default(''),
        head: gitRef,
        base: gitRef,
        draft: z.boolean().default(false),
      }),
    )
    .output(githubPullRequest),
  checks: procedure('person')
    .route({ method: 'GET', path: `${at}/checks`, summary: 'What the checks say of a commit or branch', tags })
    .input(z.strictObject({ ...listInput, ref: gitRef }))
    .output(pageOf(githubCheck)),
  commits: procedure('person')
    .route({ method: 'GET', path: `${at}/commits`, summary: 'Commits, the newest first', tags })
    .input(z.strictObject({ ...listInput, ref: gitRef.optional(), path: z.string().max(1000).optional() }))
    .output(fresh(githubCommit)),
  searchRepositories: procedure('person')
    .meta({ limit: 'repositories' })
    .route({
      method: 'GET',
      path: '/v1/github/search/repositories',
      summary: 'Search repositories of all GitHub',
      tags,
    })
    .input(z.strictObject({ ...pageRequest(100, 30), query: z.string().trim().min(1).max(250) }))
    .output(pageOf(githubRepository)),
  searchCode: procedure('person')
    .meta({ limit: 'repositories' })
    .route({ method: 'GET', path: '/v1/github/search/code', summary: 'Search code in a repository on GitHub', tags })
    .input(
      z.strictObject({
        ...pageRequest(100, 30),
        query: z
          .string()
          .trim()
          .min(1)
          .max(200)
          // A qualifier of the query would widen the search beyond the repository that was named.
          .regex(/^(?![\s\S]*\b(?:repo|user|org):)[\s\S]*$/i, 'name the repository in `repository` instead'),
        repository: repositoryFullName,
      }),
    )
    .output(pageOf(githubCodeMatch)),
};
