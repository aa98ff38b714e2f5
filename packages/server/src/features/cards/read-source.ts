import type { CardAnchor, Id, NewCard, Project } from '@yudai/contract';
import { isSecretPath } from '@yudai/engine/codebase';
import { PageError, type PageText, readPage } from '@yudai/engine/pages';
import { AppError, notFound } from '#kernel/app-error.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Context } from '#kernel/context.ts';
import type { Limits } from '#platform/limits/index.ts';
import { type CodeDeps, readFile, readOwnCommit } from './read-code.ts';
import { type GitHubDeps, readGitHubCommit, readIssue, readPullRequest, repositoryOf } from './read-github.ts';
import { type Reading, requireFits, titleOf, toContent } from './reading.ts';

/** A message as a card keeps it. Null when the person does not see such a message in this project. */
export type MessageReader = (
  ctx: Context,
  projectId: Id<'project'>,
  messageId: Id<'message'>,
) => Promise<{ readonly title: string; readonly content: string } | null>;

export interface SourceDeps extends CodeDeps, GitHubDeps {
  readonly clock: Clock;
  readonly limits: Pick<Limits, 'charge'>;
  /** Whether pages of this machine may be read: for tests. */
  readonly allowInsecureLoopback: boolean;
  /** How a later feature lets its messages be read. */
  readonly readMessage: () => MessageReader | null;
}

/** Reads what a card is made from. Throws what its source throws, in words. */
export async function readSource(deps: SourceDeps, ctx: Context, project: Project, from: NewCard): Promise<Reading> {
  if (from.source === 'note') return written(from.content, 'Note');
  if (from.source === 'upload') {
    // As in a repository: what looks like it holds secrets must not reach a model.
    if (isSecretPath(from.name)) {
      throw new AppError('invalid_input', 'This file looks like it holds secrets, so Yudai does not keep it.');
    }
    return { ...written(from.content, from.name), title: from.name };
  }
  const reading = await readOutside(deps, ctx, project, from);
  return { ...reading, readAt: reading.readAt ?? deps.clock.now() };
}

/** What the anchor of a card stands for, to be read again. Null for what cannot be: what people wrote or brought. */
export function sourceOfAnchor(anchor: CardAnchor | null): NewCard | null {
  switch (anchor?.kind) {
    case undefined:
      return null;
    case 'file':
      if (anchor.symbol !== null) return { source: 'symbol', path: anchor.path, symbol: anchor.symbol };
      return anchor.whole
        ? { source: 'file', path: anchor.path }
        : { source: 'file', path: anchor.path, startLine: anchor.startLine, endLine: anchor.endLine };
    case 'message':
      return { source: 'message', messageId: anchor.messageId };
    case 'issue':
      return { source: 'issue', number: anchor.number };
    case 'pull_request':
      return { source: 'pull_request', number: anchor.number };
    case 'commit':
      return { source: 'commit', sha: anchor.sha };
    case 'url':
      return { source: 'url', url: anchor.url };
  }
}

type Outside = Exclude<NewCard, { source: 'note' | 'upload' }>;

async function readOutside(deps: SourceDeps, ctx: Context, project: Project, from: Outside): Promise<Reading> {
  switch (from.source) {
    case 'file':
      return readFile(deps, ctx, project, from);
    case 'symbol':
      return readFile(deps, ctx, project, from);
    case 'issue':
      return readIssue(deps, ctx, project, from.number);
    case 'pull_request':
      return readPullRequest(deps, ctx, project, from.number);
    case 'commit':
      return readCommit(deps, ctx, project, from.sha);
    case 'url':
      return readUrl(deps, ctx, from.url);
    case 'message': {
      const found = await deps.readMessage()?.(ctx, project.id, from.messageId);
      if (found === null || found === undefined) throw notFound('message');
      const anchor = { kind: 'message' as const, messageId: from.messageId };
      return { title: titleOf(found.title, 'Message'), content: toContent(found.content), anchor, readAt: null };
    }
  }
}

async function readCommit(deps: SourceDeps, ctx: Context, project: Project, sha: string): Promise<Reading> {
  const own = await readOwnCommit(deps, ctx, project.id, sha);
  if (own !== null) return own;
  if (repositoryOf(project) !== null) return readGitHubCommit(deps, ctx, project, sha);
  throw new AppError('not_found', 'There is no commit of this id in the project.');
}

async function readUrl(deps: SourceDeps, ctx: Context, url: string): Promise<Reading> {
  // It makes this machine ask others, like looking at repositories does.
  await deps.limits.charge([{ bucket: 'repositories', of: ctx.actor.userId, tokens: 1 }]);
  const policy = { allowInsecureLoopback: deps.allowInsecureLoopback };
  const page = await readPage(url, { policy, signal: ctx.signal }).catch(inWords);
  if (page.text === '') throw new AppError('invalid_input', 'There is no text on this page.');
  const title = titleOf(page.title ?? '', new URL(page.url).host);
  return { title, content: toContent(page.text), anchor: { kind: 'url', url: page.url }, readAt: null };
}

function inWords(error: unknown): PageText {
  if (!(error instanceof PageError)) throw error;
  const codes = {
    bad_url: 'invalid_input',
    private_address: 'invalid_input',
    too_large: 'invalid_input',
    not_text: 'invalid_input',
    unreadable: 'invalid_input',
    network: 'upstream_failed',
    refused: 'upstream_failed',
    timed_out: 'upstream_failed',
    cancelled: 'cancelled',
  } as const;
  throw new AppError(codes[error.reason], error.message, { cause: error });
}

function written(content: string, otherwise: string): Reading {
  const [line = ''] = content.trim().split('\n');
  const title = titleOf(line.replace(/^#+\s*/, ''), otherwise);
  return { title, content: requireFits(content), anchor: null, readAt: null };
}
