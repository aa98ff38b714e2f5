import type { Freshness, GithubComment, Project } from '@yudai/contract';
import type { GitHub } from '#features/github/index.ts';
import { AppError } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import { type Reading, titleOf, toContent } from './reading.ts';

type GitHubService = GitHub['service'];
export interface GitHubDeps {
  readonly github: Pick<GitHubService, 'issue' | 'pullRequest' | 'comments' | 'pullRequestFiles' | 'commits'>;
}

type Repository = { readonly owner: string; readonly name: string; readonly fullName: string };

/** An issue with its comments, or what is kept of it while GitHub is away. Throws as GitHub's doors do. */
export async function readIssue(
  { github }: GitHubDeps,
  ctx: Context,
  project: Project,
  number: number,
): Promise<Reading> {
  const repository = requireRepository(project);
  const { freshness, ...issue } = await github.issue(ctx, { ...repository, number });
  const comments = freshness.stale || issue.comments === 0 ? [] : await commentsOf(github, ctx, repository, number);
  const facts = [
    `Issue ${repository.fullName}#${number}: ${issue.title}`,
    [issue.state, byAuthor(issue.author), issue.labels.length > 0 ? `labels ${issue.labels.join(', ')}` : ''],
    missingComments(issue.comments, comments.length),
  ];
  return {
    title: titleOf(`#${number} ${issue.title}`, `#${number}`),
    content: toContent([...headOf(facts), '', issue.body, ...comments.flatMap(textOfComment)].join('\n')),
    anchor: { kind: 'issue', repository: repository.fullName, number },
    readAt: new Date(freshness.syncedAt),
  };
}

/** A pull request with the names of the files it changes, or what is kept of it while GitHub is away. */
export async function readPullRequest(
  { github }: GitHubDeps,
  ctx: Context,
  project: Project,
  number: number,
): Promise<Reading> {
  const repository = requireRepository(project);
  const { freshness, ...pull } = await github.pullRequest(ctx, { ...repository, number });
  const files = freshness.stale ? [] : await filesOf(github, ctx, repository, number);
  const facts = [
    `Pull request ${repository.fullName}#${number}: ${pull.title}`,
    [pull.draft ? 'draft' : pull.state, byAuthor(pull.author), `${pull.head.ref} into ${pull.base.ref}`],
  ];
  const changes = files.length === 0 ? [] : ['', 'Changes:', ...files];
  return {
    title: titleOf(`#${number} ${pull.title}`, `#${number}`),
    content: toContent([...headOf(facts), '', pull.body, ...changes].join('\n')),
    anchor: { kind: 'pull_request', repository: repository.fullName, number },
    readAt: new Date(freshness.syncedAt),
  };
}

/** A commit as GitHub tells of it; for one that is not in the history that Yudai has. */
export async function readGitHubCommit(
  { github }: GitHubDeps,
  ctx: Context,
  project: Project,
  sha: string,
): Promise<Reading> {
  const repository = requireRepository(project);
  const { items, freshness } = await github.commits(ctx, { ...repository, ref: sha, limit: 1 });
  const commit = items.find((found) => found.sha.startsWith(sha));
  if (commit === undefined) throw new AppError('not_found', 'There is no commit of this id in the project.');
  const author = commit.authorName ?? commit.authorLogin ?? 'somebody';
  const [subject = ''] = commit.message.split('\n');
  return {
    title: titleOf(subject, commit.sha.slice(0, 12)),
    content: toContent([`commit ${commit.sha}`, `by ${author}, ${commit.date ?? ''}`, '', commit.message].join('\n')),
    anchor: { kind: 'commit', sha: commit.sha },
    readAt: syncedAtOf(freshness),
  };
}

/** The project's repository on GitHub. Throws `invalid_input` for one that is connected in another way. */
export function requireRepository(project: Project): Repository {
  const fullName = repositoryOf(project);
  if (fullName === null) {
    throw new AppError(
      'invalid_input',
      'This project is not connected through GitHub, so it has no issues and pull requests.',
    );
  }
  const [owner = '', name = ''] = fullName.split('/');
  return { owner, name, fullName };
}

export function repositoryOf({ source }: Project): string | null {
  return source.kind === 'github' ? source.repository : null;
}

async function commentsOf(
  github: GitHubDeps['github'],
  ctx: Context,
  { owner, name }: Repository,
  number: number,
): Promise<GithubComment[]> {
  return (await github.comments(ctx, { owner, name, number, limit: 100 })).items;
}

async function filesOf(
  github: GitHubDeps['github'],
  ctx: Context,
  { owner, name }: Repository,
  number: number,
): Promise<string[]> {
  const { items } = await github.pullRequestFiles(ctx, { owner, name, number, limit: 100 });
  return items.map(({ status, path, additions, deletions }) => `${status} ${path} (+${additions} -${deletions})`);
}

function missingComments(all: number, read: number): string {
  return all > read ? `${all - read} of ${all} comments are not here` : '';
}

function textOfComment({ author, createdAt, body }: GithubComment): string[] {
  return ['', `Comment ${byAuthor(author)}, ${createdAt}:`, '', body];
}

function headOf(facts: readonly (string | readonly string[])[]): string[] {
  return facts
    .map((fact) => (typeof fact === 'string' ? fact : fact.filter((part) => part !== '').join(' · ')))
    .filter((line) => line !== '');
}

function byAuthor(author: string | null): string {
  return author === null ? '' : `by ${author}`;
}

function syncedAtOf({ syncedAt }: Freshness): Date {
  return new Date(syncedAt);
}
