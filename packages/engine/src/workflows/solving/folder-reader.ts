import { join } from 'node:path';
import { readHistory } from '#checkout/index.ts';
import {
  type Codebase,
  decodeText,
  directoryFactsStore,
  indexSnapshot,
  isSecretPath,
  openCodebase,
  readSnapshotHistory,
  SearchError,
  type SnapshotEntry,
} from '#codebase/index.ts';
import { type RepositoryReader, ToolError } from '#tools/index.ts';

export interface FolderToRead {
  readonly gitDir: string;
  readonly tree: string;
  /** Whose history belongs to the tree; null without one. */
  readonly commit: string | null;
  /** Where facts about files are kept for the next time. */
  readonly cacheFolder: string;
  readonly signal: AbortSignal;
}

/** Indexes a tree without a server, and looks at it for tools. Closed with the codebase. */
export async function openFolderReader(
  folder: FolderToRead,
): Promise<{ readonly reader: RepositoryReader; readonly codebase: Codebase }> {
  const { gitDir, tree, commit, signal } = folder;
  const store = directoryFactsStore(join(folder.cacheFolder, 'facts'));
  const { entries } = await indexSnapshot({ gitDir, tree, store, signal });
  const codebase = await openCodebase({
    gitDir,
    commit: commit ?? tree,
    entries,
    store,
    ...(commit === null ? {} : { history: readSnapshotHistory(gitDir, commit, signal) }),
  });
  return { reader: readerOf(folder, codebase, new Map(entries.map((entry) => [entry.path, entry]))), codebase };
}

function readerOf(
  { gitDir, commit }: FolderToRead,
  codebase: Codebase,
  entries: ReadonlyMap<string, SnapshotEntry>,
): RepositoryReader {
  return {
    search: (request, signal) => inWords(codebase.search({ ...request, tests: true }, signal)),
    async file(path) {
      const entry = entries.get(path);
      if (entry === undefined) return null;
      const { blob, size, tokens, lines, language, category, skipped } = entry;
      const isHidden = entry.kind !== 'file' || isSecretPath(path) || size > 2 * 1024 * 1024;
      const text = isHidden ? null : decodeText(await codebase.readBlob(blob)).text;
      const reason = text === null ? 'It is no text that can be shown.' : null;
      const outline = codebase.symbolsOf(path);
      const head = { path, blob, size, tokens, lines, language, category, ownCategory: category, skipped };
      return { ...head, mime: 'text/plain', text, reason, outline };
    },
    symbols: async ({ query, kind, limit }) => codebase.findSymbols(query, kind).slice(0, limit),
    references: (name, limit, signal) => codebase.references(name, limit, signal),
    dependencies: (path) => codebase.dependencies(path),
    async history({ path, limit }, signal) {
      if (commit === null) return [];
      const found = [];
      for await (const entry of readHistory(gitDir, commit, { commits: 2000, years: 10, signal })) {
        const isConcerned = path === undefined || entry.paths.some((one) => one === path || one.startsWith(`${path}/`));
        if (!isConcerned) continue;
        const at = new Date(entry.time * 1000).toISOString();
        found.push({ sha: entry.commit, at, message: entry.message, paths: [...entry.paths] });
        if (found.length >= limit) break;
      }
      return found;
    },
    issues: async () => null,
  };
}

/** A search that was asked wrongly is the model's to ask better. */
async function inWords<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof SearchError) throw new ToolError(error.message);
    throw error;
  }
}
