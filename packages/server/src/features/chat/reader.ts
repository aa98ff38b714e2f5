import type { GithubIssue, GithubPullRequest, Project } from '@yudai/contract';
import { type IssueEntry, type RepositoryReader, ToolError } from '@yudai/engine/tools';
import type { CodebaseService } from '#features/codebase/index.ts';
import type { GitHub } from '#features/github/index.ts';
import { AppError } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';

export interface ReaderDeps {
  readonly codebase: Pick<CodebaseService, 'search' | 'file' | 'symbols' | 'references' | 'dependencies' | 'history'>;
  readonly github: Pick<GitHub['service'], 'issues' | 'issue' | 'pullRequests' | 'pullRequest'>;
}

/** Issues that are looked through for words. */
const searchedIssues = 100;

/** The project as tools see it: everything is asked in the person's name, so a tool shows nothing that they may not see. */
export function createReader(
  deps: ReaderDeps,
  ctx: Context,
  project: Pick<Project, 'id' | 'source'>,
): RepositoryReader {
  const { codebase } = deps;
  const projectId = project.id;
  const withSignal = (signal: AbortSignal): Context => ({ ...ctx, signal });

  return {
    search: ({ path, ...request }, signal) =>
      inWords(codebase.search(withSignal(signal), { ...request, path, projectId, caseSensitive: false, tests: true })),
    file: (path, signal) => orNull(codebase.file(withSignal(signal), { projectId, path })),
    symbols: async ({ query, kind, limit }, signal) =>
      (await inWords(codebase.symbols(withSignal(signal), { projectId, query, kind, limit }))).items,
    references: async (name, limit, signal) =>
      (await inWords(codebase.references(withSignal(signal), { projectId, name, limit }))).items,
    dependencies: (path, signal) => orNull(codebase.dependencies(withSignal(signal), { projectId, path })),
    history: async ({ path, limit }, signal) =>
      (await inWords(codebase.history(withSignal(signal), { projectId, path, limit }))).items,
    issues: (request, signal) => readIssues(deps, withSignal(signal), project, request),
  };
}

async function readIssues(
  { github }: ReaderDeps,
  ctx: Context,
  { source }: Pick<Project, 'source'>,
  request: { query?: string | undefined; number?: number | undefined; limit: number },
): Promise<IssueEntry[] | null> {
  if (source.kind !== 'github') return null;
  const [owner = '', name = ''] = source.repository.split('/');
  if (request.number !== undefined) {
    const asked = { owner, name, number: request.number };
    const issue = await orNull(github.issue(ctx, asked));
    if (issue !== null) return [ofIssue(issue)];
    const pull = await orNull(github.pullRequest(ctx, asked));
    return pull === null ? [] : [ofPullRequest(pull)];
  }
  const page = {
    owner,
    name,
    state: 'all' as const,
    limit: request.query === undefined ? request.limit : searchedIssues,
  };
  const [issues, pulls] = await Promise.all([
    inWords(github.issues(ctx, page)),
    inWords(github.pullRequests(ctx, page)),
  ]);
  const all = [...issues.items.map(ofIssue), ...pulls.items.map(ofPullRequest)].toSorted((a, b) =>
    a.updatedAt < b.updatedAt ? 1 : -1,
  );
  return all.filter((entry) => holds(entry, request.query)).slice(0, request.limit);
}

function holds({ title, body, labels }: IssueEntry, query: string | undefined): boolean {
  const text = `${title}\n${body}\n${labels.join(' ')}`.toLowerCase();
  return (query ?? '')
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function ofIssue({ number, title, state, labels, body, updatedAt }: GithubIssue): IssueEntry {
  return { kind: 'issue', number, title, state, labels, body, updatedAt };
}

function ofPullRequest({ number, title, state, body, updatedAt }: GithubPullRequest): IssueEntry {
  return { kind: 'pull_request', number, title, state, labels: [], body, updatedAt };
}

/** What a person would be told, the model is told: it can ask differently, or say that it cannot be known. */
export async function inWords<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof AppError && error.code !== 'internal' && error.code !== 'cancelled') {
      throw new ToolError(error.message);
    }
    throw error;
  }
}

async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return null;
    return await inWords(Promise.reject(error));
  }
}
