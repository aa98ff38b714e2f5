import type { CommitEntry } from '@yudai/contract';
import { type HistoryEntry, readHistory } from '@yudai/engine/checkout';

interface Wanted {
  readonly path?: string | undefined;
  readonly limit: number;
  readonly signal: AbortSignal;
}

/** Commits that changed a path are looked for among so many. */
const searchedCommits = 2000;

/** The last commits up to this one, newest first; with a path those that changed it or something in it. */
export async function readCommits(
  gitDir: string,
  commit: string,
  { path, limit, signal }: Wanted,
): Promise<CommitEntry[]> {
  const found: CommitEntry[] = [];
  const folder = path === undefined ? '' : `${path.replace(/\/$/, '')}/`;
  const isAbout = ({ paths }: HistoryEntry) =>
    path === undefined || paths.some((changed) => changed === path || changed.startsWith(folder));
  const commits = path === undefined ? limit : searchedCommits;
  for await (const entry of readHistory(gitDir, commit, { commits, years: 20, signal })) {
    if (isAbout(entry)) found.push(toCommit(entry));
    if (found.length === limit) break;
  }
  return found;
}

function toCommit({ commit, time, message, paths }: HistoryEntry): CommitEntry {
  return { sha: commit, at: new Date(time * 1000).toISOString(), message, paths: [...paths] };
}
