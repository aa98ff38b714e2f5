import type { Id, SkipReason, SourceFile } from '@yudai/contract';
import type { Context } from '#kernel/context.ts';
import type { CodebaseReader } from './reader/reader.ts';
import type { FileRow } from './file-rows.ts';

/** Longer texts are not sent to a screen. */
const largestShown = 2_000_000;

const hidden: Partial<Record<SkipReason, string>> = {
  binary: 'This file is not text.',
  secret: 'This file looks like it holds secrets, so Yudai does not read it.',
  submodule: 'This is a submodule: its files are in another repository.',
  symlink: 'This is a symbolic link; Yudai does not follow it.',
  lfs: 'The content of this file is in Git LFS; the repository holds only a pointer to it.',
  unreadable: 'This file could not be read from the repository.',
};

/** The file as a screen shows it: its text where that may be shown, else the reason in words, and its outline. */
export async function readSourceFile(
  ctx: Context,
  reader: CodebaseReader,
  projectId: Id<'project'>,
  row: FileRow,
): Promise<SourceFile> {
  const { path, size, tokens, lines, language, category, skipped } = row;
  const blob = row.blob ?? '';
  const reason =
    (skipped === null ? undefined : hidden[skipped]) ??
    (size > largestShown || blob === '' ? `This file has ${size.toLocaleString('en')} bytes, too many to show.` : null);
  const text = reason === null ? await reader.ask(ctx, projectId, 'text', [blob]) : null;
  const outline = skipped === null ? await reader.ask(ctx, projectId, 'outline', [path]) : [];
  return {
    path,
    blob,
    size,
    tokens,
    lines: text === null ? lines : lines || text.split('\n').length,
    language,
    category: category ?? 'other',
    mime: text === null ? 'application/octet-stream' : 'text/plain; charset=utf-8',
    skipped,
    text,
    reason: reason ?? (text === null ? 'This file is not text.' : null),
    outline,
  };
}
