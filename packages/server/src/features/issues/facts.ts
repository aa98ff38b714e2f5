import type { GithubIssue, Project } from '@yudai/contract';
import { checkCitations } from '@yudai/engine/chat-turn';
import {
  findDuplicates,
  type IssueTemplate,
  type KnownIssue,
  type ReadinessFacts,
  readTemplate,
  renderBody,
} from '@yudai/engine/issue-writing';
import { type RepositoryReader, ToolError } from '@yudai/engine/tools';
import type { CodebaseService } from '#features/codebase/index.ts';
import type { GitHub } from '#features/github/index.ts';
import { AppError } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import type { Database } from '#platform/db/index.ts';
import { type IssueRow, unpublishedOf } from './store.ts';

export interface FactsDeps {
  readonly database: Database;
  readonly codebase: Pick<CodebaseService, 'tree'>;
  readonly github: Pick<GitHub['service'], 'issues' | 'labels'>;
  readonly readerOf: (ctx: Context, project: Project) => RepositoryReader;
}

export type Facts = (ctx: Context, project: Project, row: IssueRow) => Promise<ReadinessFacts>;

/** Issues that are compared, and labels that are read, in pages of a hundred. */
const mostPages = 3;
const mostDrafts = 200;
const templatesFolder = '.github/ISSUE_TEMPLATE';

/** What the rules need to know of the repository, in the person's name. What cannot be read now is null. */
export function createFacts(deps: FactsDeps): Facts {
  return async (ctx, project, row) => {
    const reader = deps.readerOf(ctx, project);
    const files = project.commit === null ? null : rememberFiles(reader, ctx.signal);
    const [citations, there, duplicates, templates, labels] = await Promise.all([
      files && checkCitations(renderBody(row.document), files),
      files && existing(row, files),
      likelyDuplicates(deps, ctx, project, row),
      readTemplates(deps, ctx, project),
      labelsOf(deps, ctx, project),
    ]);
    return {
      citations,
      files: there,
      duplicates,
      templates: templates.map(({ template }) => template),
      labels: labels === null ? null : new Set(labels),
    };
  };
}

type FileAt = (path: string) => ReturnType<RepositoryReader['file']>;

function rememberFiles(reader: RepositoryReader, signal: AbortSignal): FileAt {
  const seen = new Map<string, ReturnType<FileAt>>();
  return (path) => {
    const found = seen.get(path) ?? reader.file(path, signal);
    seen.set(path, found);
    return found;
  };
}

async function existing({ document }: IssueRow, fileAt: FileAt): Promise<Set<string>> {
  const there = new Set<string>();
  for (const { path } of document.files) if ((await fileAt(path)) !== null) there.add(path);
  return there;
}

async function likelyDuplicates({ database, github }: FactsDeps, ctx: Context, project: Project, row: IssueRow) {
  const drafts = await database.asUser(ctx.actor.userId, (db) => unpublishedOf(db, project.id, mostDrafts));
  const own = drafts
    .filter(({ id }) => id !== row.id)
    .map(({ id, title, status, document }): KnownIssue => ({
      number: null,
      issueId: id,
      title,
      state: status,
      url: null,
      body: renderBody(document),
    }));
  const pages = await pagesOf(project, (at) => github.issues(ctx, { ...at, state: 'all', limit: 100 }));
  if (pages === null) return null;
  const known = pages.filter(({ number }) => number !== row.githubNumber).map(toKnown);
  return findDuplicates({ title: row.title, body: renderBody(row.document) }, [...own, ...known]);
}

function toKnown({ number, title, state, url, body }: GithubIssue): KnownIssue {
  return { number, issueId: null, title, state, url, body };
}

/** The names of the repository's labels; null where they cannot be read. */
export async function labelsOf(
  { github }: Pick<FactsDeps, 'github'>,
  ctx: Context,
  project: Project,
): Promise<string[] | null> {
  if (project.source.kind !== 'github') return null;
  const labels = await pagesOf(project, (at) => github.labels(ctx, { ...at, limit: 100 }));
  return labels?.map(({ name }) => name) ?? null;
}

interface At {
  readonly owner: string;
  readonly name: string;
  readonly cursor?: string | undefined;
}

/** The first pages of a list at GitHub; none where the project is not there, null when it cannot be asked. */
async function pagesOf<T>(
  { source }: Project,
  read: (at: At) => Promise<{ items: T[]; nextCursor: string | null }>,
): Promise<T[] | null> {
  if (source.kind !== 'github') return [];
  const [owner = '', name = ''] = source.repository.split('/');
  const found: T[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const answer = await orNull(read({ owner, name, cursor }));
    if (answer === null) return null;
    found.push(...answer.items);
    if (answer.nextCursor === null) break;
    cursor = answer.nextCursor;
  }
  return found;
}

/** The repository's issue templates, with their texts; none while nothing is indexed. */
export async function readTemplates(
  { codebase, readerOf }: Pick<FactsDeps, 'codebase' | 'readerOf'>,
  ctx: Context,
  project: Project,
): Promise<{ template: IssueTemplate; text: string }[]> {
  if (project.commit === null) return [];
  const request = { projectId: project.id, path: templatesFolder, limit: 30 };
  const inFolder = (await orNull(codebase.tree(ctx, request)))?.items ?? [];
  const paths = [...inFolder.map(({ path }) => path), `${templatesFolder}.md`, '.github/issue_template.md'];
  const reader = readerOf(ctx, project);
  const found: { template: IssueTemplate; text: string }[] = [];
  for (const path of paths.filter((it) => /\.(md|ya?ml)$/i.test(it))) {
    const text = (await orNull(reader.file(path, ctx.signal)))?.text ?? null;
    const template = text === null ? null : readTemplate(path, text);
    if (template !== null && text !== null) found.push({ template, text });
  }
  return found;
}

/** What a person would be told to do something about is no reason to judge nothing. */
async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ToolError) return null;
    if (error instanceof AppError && error.code !== 'internal' && error.code !== 'cancelled') return null;
    throw error;
  }
}
