import { readHistory } from '#checkout/index.ts';
import type { HistoryCommit } from '#codebase/rank/history.ts';

// As far back as the measured recipe looks: older messages speak of code that is gone.
const commits = 10_000;
const years = 5;

/** The ancestors of a commit as ranking reads them, newest first. Never other commits: they may hold what is being asked for. */
export async function* readSnapshotHistory(
  gitDir: string,
  commit: string,
  signal?: AbortSignal,
): AsyncIterable<HistoryCommit> {
  for await (const { message, paths } of readHistory(gitDir, commit, { commits, years, signal })) {
    yield { message, paths };
  }
}
