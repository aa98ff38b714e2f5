import type { Id, SkipReason, SourceFile } from '@yudai/contract';
import { CheckoutError, openBlobReader } from '@yudai/engine/checkout';
import { decodeText } from '@yudai/engine/decode';
import { toCodeSymbols } from '@yudai/engine/find-symbols';
import { unpackFacts } from '@yudai/engine/pack-facts';
import type { Context } from '#kernel/context.ts';
import type { Database } from '#platform/db/index.ts';
import type { CorrectedRow } from './file-rows.ts';
import { packWith } from './store.ts';

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

export interface SourceFileDeps {
  readonly database: Database;
  readonly gitDirOf: (id: Id<'project'>) => string;
}

/**
 * The file as a screen shows it: its text where that may be shown, else the reason in words, and its outline. Reads one blob and one pack,
 * so that a file is there at once, before the whole snapshot has been opened for search.
 */
export async function readSourceFile(
  { database, gitDirOf }: SourceFileDeps,
  ctx: Context,
  projectId: Id<'project'>,
  row: CorrectedRow,
): Promise<SourceFile> {
  const { path, size, tokens, lines, language, category, ownCategory, skipped } = row;
  const blob = row.blob ?? '';
  const hiddenFor =
    (skipped === null ? undefined : hidden[skipped]) ??
    (size > largestShown || blob === '' ? `This file has ${size.toLocaleString('en')} bytes, too many to show.` : null);
  const content = hiddenFor === null ? await readText(gitDirOf(projectId), blob) : { text: null, reason: hiddenFor };
  const { text } = content;
  const pack =
    row.facts === null
      ? null
      : await database.asUser(ctx.actor.userId, (db) => packWith(db, projectId, row.facts ?? ''));
  const facts = pack === null ? undefined : unpackFacts(pack).find(({ key }) => key === row.facts);
  return {
    path,
    blob,
    size,
    tokens,
    lines: text === null ? lines : lines || text.split('\n').length,
    language,
    category: category ?? 'other',
    ownCategory: ownCategory ?? 'other',
    mime: text === null ? 'application/octet-stream' : 'text/plain; charset=utf-8',
    skipped,
    text,
    reason: content.reason,
    outline: facts === undefined ? [] : toCodeSymbols(path, facts),
  };
}

/** The text, or why there is none. */
async function readText(gitDir: string, blob: string): Promise<Pick<SourceFile, 'text' | 'reason'>> {
  await using reader = openBlobReader(gitDir);
  try {
    const bytes = await reader.read(blob);
    if (bytes.includes(0)) return { text: null, reason: 'This file is not text.' };
    return { text: decodeText(bytes).text, reason: null };
  } catch (error) {
    if (!(error instanceof CheckoutError)) throw error;
    return { text: null, reason: `${error.message} Index the project again to look for it.` };
  }
}
