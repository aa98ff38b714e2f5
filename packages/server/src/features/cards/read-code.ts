import type { Id, SourceFile } from '@yudai/contract';
import { CheckoutError, type CommitText, readCommit } from '@yudai/engine/checkout';
import type { CodebaseService } from '#features/codebase/index.ts';
import { AppError, notFound } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import { countLines, dottedName, type FileAnchor, linesOf, symbolNamed } from './reanchor.ts';
import { type Reading, requireFits, titleOf, toContent } from './reading.ts';

export interface CodeDeps {
  readonly codebase: Pick<CodebaseService, 'file'>;
  readonly gitDirOf: (id: Id<'project'>) => string;
}

export interface ReadFile {
  readonly path: string;
  readonly startLine?: number | undefined;
  readonly endLine?: number | undefined;
  /** Dotted name of a definition, whose lines are then meant. */
  readonly symbol?: string | undefined;
}

/**
 * The lines of a file, or of a definition in it, pinned to the content that the file has now. Throws `not_found`, and `invalid_input` for
 * what may not be shown, for lines past the end and for more than a card holds.
 */
export async function readFile(
  { codebase }: CodeDeps,
  ctx: Context,
  project: { readonly id: Id<'project'>; readonly commit: string | null },
  wanted: ReadFile,
): Promise<Reading> {
  const { path, symbol } = wanted;
  const file = await codebase.file(ctx, { projectId: project.id, path });
  if (file.text === null) throw new AppError('invalid_input', file.reason ?? 'This file cannot be shown.');
  const last = countLines(file.text.split('\n'));
  const { startLine, endLine } = symbol === undefined ? rangeOf(wanted, last) : definitionIn(file, symbol);
  const whole = symbol === undefined && wanted.startLine === undefined && wanted.endLine === undefined;
  const anchor: FileAnchor = {
    kind: 'file',
    path,
    blob: file.blob,
    commit: project.commit ?? '',
    startLine,
    endLine,
    symbol: symbol ?? null,
    whole,
  };
  const content = requireFits(whole ? file.text : linesOf(file.text, startLine, endLine));
  return { title: titleOfPlace(anchor), content, anchor, readAt: null };
}

/** What a card of code is called when nobody gives it another name. */
export function titleOfPlace({ path, startLine, endLine, symbol, whole }: FileAnchor): string {
  const lines = whole ? path : `${path}:${startLine}-${endLine}`;
  return titleOf(symbol === null ? lines : `${symbol} (${path})`, 'file');
}

/** A commit from the history that Yudai has; null when it has none of this id. */
export async function readOwnCommit(
  { gitDirOf }: CodeDeps,
  ctx: Context,
  projectId: Id<'project'>,
  sha: string,
): Promise<Reading | null> {
  try {
    const commit = await readCommit(gitDirOf(projectId), sha, { signal: ctx.signal });
    return { ...textOf(commit), anchor: { kind: 'commit', sha: commit.commit }, readAt: null };
  } catch (error) {
    if (error instanceof CheckoutError && ['unknown_ref', 'broken_repository'].includes(error.reason)) return null;
    throw error;
  }
}

function rangeOf({ startLine = 1, endLine }: ReadFile, last: number): { startLine: number; endLine: number } {
  if (startLine > last) throw new AppError('invalid_input', `This file ends with line ${last}.`);
  return { startLine, endLine: Math.min(endLine ?? last, last) };
}

function definitionIn({ outline }: SourceFile, name: string): { startLine: number; endLine: number } {
  const symbol = symbolNamed(outline, name);
  if (symbol !== undefined) return symbol;
  if (!outline.some((other) => dottedName(other) === name)) throw notFound('definition');
  throw new AppError('invalid_input', `This file defines ${name} more than once. Choose its lines instead.`);
}

function textOf({ commit, author, date, message, changes }: CommitText): Pick<Reading, 'title' | 'content'> {
  const [subject = ''] = message.split('\n');
  const paths = changes?.map(({ status, path }) => `${status} ${path}`) ?? ['(not known: the history is cut here)'];
  return {
    title: titleOf(subject, commit.slice(0, 12)),
    content: toContent(
      [`commit ${commit}`, `by ${author}, ${date.toISOString()}`, '', message, '', 'Changes:', ...paths].join('\n'),
    ),
  };
}
