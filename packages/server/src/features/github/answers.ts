import type {
  GithubBranch,
  GithubCheck,
  GithubCodeMatch,
  GithubComment,
  GithubCommit,
  GithubFile,
  GithubInstallation,
  GithubIssue,
  GithubLabel,
  GithubPullRequest,
  GithubRepository,
} from '@yudai/contract';
import { z } from 'zod';

// What Yudai uses of GitHub's answers and webhooks; everything else in them is left alone.

const id = z.number().int().positive();
const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());
const somebody = z.object({ login: z.string() }).nullish();
const loginOf = (who: { login: string } | null | undefined) => who?.login ?? null;

export const userAnswer = z
  .object({ id, login: z.string(), name: z.string().nullish(), avatar_url: z.string().nullish() })
  .transform((user) => ({
    githubId: user.id,
    login: user.login,
    name: user.name ?? null,
    avatarUrl: user.avatar_url ?? null,
  }));
export type GithubUser = z.infer<typeof userAnswer>;

const permissions = z
  .object({
    admin: z.boolean().optional(),
    maintain: z.boolean().optional(),
    push: z.boolean().optional(),
    triage: z.boolean().optional(),
  })
  .optional();

export const repositoryAnswer = z
  .object({
    id,
    name: z.string(),
    full_name: z.string(),
    owner: z.object({ login: z.string() }),
    description: z.string().nullish(),
    private: z.boolean(),
    archived: z.boolean().default(false),
    fork: z.boolean().default(false),
    default_branch: z.string().default('main'),
    language: z.string().nullish(),
    html_url: z.string(),
    // Seconds in a push webhook, text everywhere else.
    pushed_at: z.union([instant, z.number().transform((seconds) => new Date(seconds * 1000).toISOString())]).nullish(),
    permissions,
  })
  .transform((found): GithubRepository => ({
    id: found.id,
    fullName: found.full_name,
    owner: found.owner.login,
    name: found.name,
    description: found.description ?? null,
    private: found.private,
    archived: found.archived,
    fork: found.fork,
    defaultBranch: found.default_branch,
    language: found.language ?? null,
    permission: strongest(found.permissions),
    url: found.html_url,
    pushedAt: found.pushed_at ?? null,
  }));

function strongest(granted: z.infer<typeof permissions>): GithubRepository['permission'] {
  if (granted?.admin === true) return 'admin';
  if (granted?.maintain === true) return 'maintain';
  if (granted?.push === true) return 'write';
  return granted?.triage === true ? 'triage' : 'read';
}

export const issueAnswer = z
  .object({
    id,
    number: z.number().int(),
    title: z.string(),
    body: z.string().nullish(),
    state: z.enum(['open', 'closed']),
    state_reason: z.string().nullish(),
    labels: z.array(z.union([z.string(), z.object({ name: z.string().nullish() })])).default([]),
    user: somebody,
    assignees: z.array(z.object({ login: z.string() })).nullish(),
    comments: z.number().int().default(0),
    html_url: z.string(),
    created_at: instant,
    updated_at: instant,
    closed_at: instant.nullish(),
    /** There for pull requests, which GitHub lists among the issues. */
    pull_request: z.unknown().optional(),
  })
  .transform((found) => {
    const issue: GithubIssue = {
      id: found.id,
      number: found.number,
      title: found.title,
      body: found.body ?? '',
      state: found.state,
      stateReason: found.state_reason ?? null,
      labels: found.labels.map((label) => (typeof label === 'string' ? label : (label.name ?? ''))).filter(Boolean),
      author: loginOf(found.user),
      assignees: (found.assignees ?? []).map(({ login }) => login),
      comments: found.comments,
      url: found.html_url,
      createdAt: found.created_at,
      updatedAt: found.updated_at,
      closedAt: found.closed_at ?? null,
    };
    return { issue, isPullRequest: found.pull_request !== undefined && found.pull_request !== null };
  });

export const commentAnswer = z
  .object({
    id,
    user: somebody,
    body: z.string().nullish(),
    html_url: z.string(),
    created_at: instant,
    updated_at: instant,
  })
  .transform((found): GithubComment => ({
    id: found.id,
    author: loginOf(found.user),
    body: found.body ?? '',
    url: found.html_url,
    createdAt: found.created_at,
    updatedAt: found.updated_at,
  }));

const end = z.object({ ref: z.string(), sha: z.string() });

export const pullRequestAnswer = z
  .object({
    id,
    number: z.number().int(),
    title: z.string(),
    body: z.string().nullish(),
    state: z.enum(['open', 'closed']),
    merged_at: instant.nullish(),
    draft: z.boolean().nullish(),
    head: end,
    base: end,
    user: somebody,
    html_url: z.string(),
    created_at: instant,
    updated_at: instant,
  })
  .transform((found): GithubPullRequest => ({
    id: found.id,
    number: found.number,
    title: found.title,
    body: found.body ?? '',
    state: found.merged_at === null || found.merged_at === undefined ? found.state : 'merged',
    draft: found.draft ?? false,
    head: found.head,
    base: found.base,
    author: loginOf(found.user),
    url: found.html_url,
    createdAt: found.created_at,
    updatedAt: found.updated_at,
  }));

export const fileAnswer = z
  .object({
    filename: z.string(),
    previous_filename: z.string().optional(),
    status: z.string(),
    additions: z.number().int(),
    deletions: z.number().int(),
    patch: z.string().optional(),
  })
  .transform((found): GithubFile => ({
    path: found.filename,
    previousPath: found.previous_filename ?? null,
    status: found.status,
    additions: found.additions,
    deletions: found.deletions,
    patch: found.patch ?? null,
  }));

export const commitAnswer = z
  .object({
    sha: z.string(),
    html_url: z.string(),
    commit: z.object({
      message: z.string(),
      author: z.object({ name: z.string().nullish(), date: instant.nullish() }).nullish(),
    }),
    author: z.object({ login: z.string().optional() }).nullish(),
  })
  .transform((found): GithubCommit => ({
    sha: found.sha,
    message: found.commit.message,
    authorName: found.commit.author?.name ?? null,
    authorLogin: found.author?.login ?? null,
    date: found.commit.author?.date ?? null,
    url: found.html_url,
  }));

export const checksAnswer = z
  .object({
    check_runs: z.array(
      z.object({
        name: z.string(),
        status: z.string(),
        conclusion: z.string().nullish(),
        html_url: z.string().nullish(),
        started_at: instant.nullish(),
        completed_at: instant.nullish(),
      }),
    ),
  })
  .transform((found): GithubCheck[] =>
    found.check_runs.map((run) => ({
      name: run.name,
      status: run.status,
      conclusion: run.conclusion ?? null,
      url: run.html_url ?? null,
      startedAt: run.started_at ?? null,
      completedAt: run.completed_at ?? null,
    })),
  );

export const branchAnswer = z
  .object({ name: z.string(), commit: z.object({ sha: z.string() }), protected: z.boolean().default(false) })
  .transform((found): GithubBranch => ({ name: found.name, sha: found.commit.sha, protected: found.protected }));

export const labelAnswer = z
  .object({ name: z.string(), color: z.string(), description: z.string().nullish() })
  .transform((found): GithubLabel => ({ ...found, description: found.description ?? null }));

export const installationAnswer = z
  .object({
    id,
    account: z.object({ login: z.string().optional(), slug: z.string().optional() }).nullable(),
    repository_selection: z.enum(['all', 'selected']),
    permissions: z.record(z.string(), z.string()),
    html_url: z.string(),
  })
  .transform((found): GithubInstallation => ({
    id: found.id,
    account: found.account?.login ?? found.account?.slug ?? '',
    selection: found.repository_selection,
    permissions: found.permissions,
    url: found.html_url,
  }));

export const codeSearchAnswer = z
  .object({
    items: z.array(
      z.object({
        path: z.string(),
        sha: z.string(),
        html_url: z.string(),
        repository: z.object({ full_name: z.string() }),
      }),
    ),
  })
  .transform((found): GithubCodeMatch[] =>
    found.items.map((item) => ({
      fullName: item.repository.full_name,
      path: item.path,
      sha: item.sha,
      url: item.html_url,
    })),
  );
