import type { GithubIssue, IssueStatus } from '@yudai/contract';
import type { RepositoryEvent } from '#features/github/index.ts';
import type { Db } from '#platform/db/index.ts';
import { type ChangeDeps, save, tellIssue } from './change-issue.ts';
import { differencesOf, shownBy } from './present.ts';
import { type IssueChange, type IssueRow, issuesOnGithub } from './store.ts';

/** An issue of the mirror, for whoever acts as the system; null when it is not kept. */
export type KeptIssue = (db: Db, repositoryId: number, number: number) => Promise<GithubIssue | null>;

/**
 * What issues do when GitHub tells of theirs: they show how it stands there now, and follow when it is closed or opened again. What people
 * wrote here is never changed by that.
 */
export function createOnGithub(
  deps: Pick<ChangeDeps, 'live' | 'clock'> & { readonly keptIssue: KeptIssue },
): (db: Db, event: RepositoryEvent) => Promise<void> {
  return async (db, event) => {
    if (event.kind !== 'issue') return;
    const rows = await issuesOnGithub(db, event.repositoryId, event.number);
    if (rows.length === 0) return;
    const kept = await deps.keptIssue(db, event.repositoryId, event.number);
    for (const row of rows) {
      const now = deps.clock.now();
      const change = kept === null ? { githubState: 'deleted' as const, updatedAt: now } : asShown(row, kept, now);
      if (change !== null) await tellIssue(deps, db, await save(db, row.id, change), 'changed_on_github');
    }
  };
}

/** What changes when GitHub shows the issue like this; null when nothing does, or when that is older than what is known. */
export function asShown(row: IssueRow, shown: GithubIssue, now: Date): IssueChange | null {
  const shownAt = new Date(shown.updatedAt);
  if (row.shownAt !== null && shownAt < row.shownAt) return null;
  const shownAs = shownBy(shown);
  const differs = row.publishedAs !== null && differencesOf(row.publishedAs, shownAs).length > 0;
  const status = statusAfter(row.status, shown);
  const before = row.shownAs === null ? [] : differencesOf(row.shownAs, shownAs);
  const isSame =
    row.githubState === shown.state && status === row.status && row.shownAs !== null && before.length === 0;
  if (isSame) return null;
  return { shownAs, shownAt, differs, githubState: shown.state, status, updatedAt: now };
}

/** GitHub decides whether it is open; whether it was solved stays. */
function statusAfter(status: IssueStatus, { state, stateReason }: GithubIssue): IssueStatus {
  if (state === 'open') return status === 'closed' || status === 'solved' ? 'published' : status;
  if (status === 'solved' || status === 'closed') return status;
  return status === 'solving' && stateReason !== 'not_planned' ? 'solved' : 'closed';
}
