import { type GithubIssue, type Id, issueDocument, type IssueStatus, type Project } from '@yudai/contract';
import { parseIssue, renderBody } from '@yudai/engine/issue-writing';
import type { Context } from '#kernel/context.ts';
import type { Db } from '#platform/db/index.ts';
import { type ChangeDeps, requireFree, save, tellIssue } from './change-issue.ts';
import { insertNewIssue } from './new-issue.ts';
import { shownBy } from './present.ts';
import { issueIdsOfSession, issueOf, type IssueRow, issuesOnGithub, lockIssue } from './store.ts';

/** An issue, as far as somebody who solves it needs it. */
export interface SolvableIssue {
  readonly id: Id<'issue'>;
  readonly projectId: Id<'project'>;
  readonly title: string;
  /** Markdown, without the title. */
  readonly body: string;
  readonly criteria: readonly { readonly id: string; readonly text: string; readonly how: string | null }[];
  readonly status: IssueStatus;
  /** Where it is on GitHub, if it is. */
  readonly github: { readonly repositoryId: number; readonly repository: string; readonly number: number } | null;
}

/** How far solving an issue has come. `open` is what it was before: published or a draft. */
export type Progress = 'solving' | 'solved' | 'merged' | 'rejected' | 'open';

/** What a later feature does before an issue goes; it may refuse that. */
export type OnRemoving = (db: Db, issueId: Id<'issue'>) => Promise<void>;

export type Solvable = ReturnType<typeof createSolvable>;

/** What solving needs of issues. Everything happens in the caller's transaction, with the rights of whoever that is for. */
export function createSolvable(deps: Pick<ChangeDeps, 'live' | 'clock'>) {
  return {
    /** Undefined when the caller does not see it. */
    async find(db: Db, projectId: Id<'project'>, id: Id<'issue'>): Promise<SolvableIssue | undefined> {
      const row = await issueOf(db, projectId, id);
      return row === undefined ? undefined : toSolvable(row);
    },

    /** The same, while nobody else changes it. Throws `conflict` while it is written or published. */
    async take(db: Db, projectId: Id<'project'>, id: Id<'issue'>): Promise<SolvableIssue | undefined> {
      const row = await lockIssue(db, projectId, id);
      if (row === undefined) return undefined;
      requireFree(row);
      return toSolvable(row);
    },

    /** The issues that came of a conversation. */
    ofSession: (db: Db, projectId: Id<'project'>, sessionId: Id<'session'>): Promise<Id<'issue'>[]> =>
      issueIdsOfSession(db, projectId, sessionId),

    /** The issues that are this one on GitHub, each in a project of its own. */
    async onGithub(db: Db, repositoryId: number, number: number): Promise<SolvableIssue[]> {
      return (await issuesOnGithub(db, repositoryId, number)).map(toSolvable);
    },

    /** Makes an issue of one that was opened on GitHub, as it stands there; it is of who wants it solved. */
    async adopt(
      db: Db,
      ctx: Context,
      project: Pick<Project, 'id'>,
      shown: GithubIssue,
      at: { readonly repositoryId: number; readonly repository: string },
    ): Promise<SolvableIssue> {
      const now = deps.clock.now();
      const read = issueDocument.safeParse({
        ...parseIssue(shown.body, shown.title),
        title: shown.title.slice(0, 256),
      });
      const document = read.success
        ? read.data
        : issueDocument.parse({ title: shown.title.slice(0, 256), problem: shown.body.slice(0, 20_000) });
      const row = await insertNewIssue(db, ctx, now, {
        projectId: project.id,
        document,
        origin: 'github',
        labels: shown.labels.slice(0, 20),
        assignees: shown.assignees,
      });
      const shownAs = shownBy(shown);
      const published = await save(db, row.id, {
        status: shown.state === 'open' ? 'published' : 'closed',
        ...at,
        githubNumber: shown.number,
        githubUrl: shown.url,
        githubState: shown.state,
        publishedAs: shownAs,
        shownAs,
        shownAt: new Date(shown.updatedAt),
        publishedVersion: row.version,
        publishedAt: now,
      });
      await tellIssue(deps, db, published, 'added');
      return toSolvable(published);
    },

    /**
     * Says how far solving it has come. An issue that was closed stays so, and one that is on GitHub is solved once its change is merged there.
     */
    async mark(db: Db, projectId: Id<'project'>, id: Id<'issue'>, to: Progress): Promise<void> {
      const row = await lockIssue(db, projectId, id);
      if (row === undefined || row.status === 'closed') return;
      const status = statusFor(row, to);
      if (status === row.status) return;
      await tellIssue(deps, db, await save(db, id, { status, updatedAt: deps.clock.now() }), 'updated');
    },
  };
}

function statusFor(row: IssueRow, to: Progress): IssueStatus {
  const before = row.githubNumber === null ? 'draft' : 'published';
  switch (to) {
    case 'solving':
      return 'solving';
    case 'merged':
      return 'solved';
    case 'solved':
      return row.githubNumber === null || row.githubState !== 'open' ? 'solved' : 'solving';
    case 'rejected':
      return before;
    case 'open':
      return row.status === 'solving' ? before : row.status;
  }
}

function toSolvable(row: IssueRow): SolvableIssue {
  const { id, projectId, title, document, status, repositoryId, repository, githubNumber } = row;
  return {
    id,
    projectId,
    title,
    body: renderBody(document),
    criteria: document.criteria.map((criterion) => ({
      id: criterion.id,
      text: criterion.text,
      how: criterion.check === null ? null : `${criterion.check.kind}: ${criterion.check.how}`,
    })),
    status,
    github:
      repositoryId === null || repository === null || githubNumber === null
        ? null
        : { repositoryId, repository, number: githubNumber },
  };
}
