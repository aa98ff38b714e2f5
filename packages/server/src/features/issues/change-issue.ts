import type { Id, Idea, IssueDocument, IssueEvent, Permission, Project } from '@yudai/contract';
import { estimateCost, normaliseDocument } from '@yudai/engine/issue-writing';
import type { Models } from '#features/models/index.ts';
import type { Projects } from '#features/projects/index.ts';
import { AppError, notFound } from '#kernel/app-error.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Context } from '#kernel/context.ts';
import type { Database, Db } from '#platform/db/index.ts';
import type { Live } from '#platform/live/index.ts';
import { toHead, toIssue } from './present.ts';
import {
  changeIssue,
  type IssueChange,
  issueOf,
  type IssueRow,
  insertVersion,
  lockIssue,
  type VersionRow,
} from './store.ts';

export interface ChangeDeps {
  readonly database: Database;
  readonly live: Pick<Live, 'append'>;
  readonly clock: Clock;
  readonly projects: Pick<Projects, 'require'>;
  readonly models: Pick<Models, 'priceOf'>;
}

export type OfProject = { readonly projectId: Id<'project'> };
export type OfIssue = OfProject & { readonly id: Id<'issue'> };

/** What of an issue has versions. */
export type Content = Pick<IssueRow, 'document' | 'priority' | 'complexity' | 'labels' | 'assignees'>;

export type Access = ReturnType<typeof createAccess>;

/** How every use-case comes to an issue: after asking whether the person may, and alone while it changes something. */
export function createAccess(deps: ChangeDeps) {
  const { database, projects, models } = deps;

  async function estimateOf({ complexity }: Pick<IssueRow, 'complexity'>) {
    return estimateCost(complexity, await models.priceOf('coder'));
  }

  return {
    present: async (row: IssueRow) => toIssue(row, await estimateOf(row)),

    async requireIssue(
      ctx: Context,
      { projectId, id }: OfIssue,
      permission: Permission,
    ): Promise<{ row: IssueRow; project: Project }> {
      const project = await projects.require(ctx, projectId, permission);
      const row = await database.asUser(ctx.actor.userId, (db) => issueOf(db, projectId, id));
      if (row === undefined) throw notFound('issue');
      return { row, project };
    },

    /** Changes an issue while nobody else does, and tells who watches the project. What changes nothing tells nobody. */
    async change(
      ctx: Context,
      { projectId, id }: OfIssue,
      permission: Permission,
      work: (db: Db, row: IssueRow) => Promise<IssueRow>,
    ): Promise<IssueRow> {
      await projects.require(ctx, projectId, permission);
      return database.asUser(ctx.actor.userId, async (db) => {
        const row = await lockIssue(db, projectId, id);
        if (row === undefined) throw notFound('issue');
        const changed = await work(db, row);
        if (changed !== row) await tellIssue(deps, db, changed, 'updated');
        return changed;
      });
    },
  };
}

/** Throws `conflict` when somebody changed it since, or it is being written or published. */
export function requireFree(row: IssueRow, version?: number): void {
  if (row.writingJobId !== null) {
    throw new AppError('conflict', 'This issue is being written. Wait for that, or stop it.', {
      details: { jobId: row.writingJobId },
    });
  }
  if (row.publishingJobId !== null) {
    throw new AppError('conflict', 'This issue is being published. Wait for that, or stop it.', {
      details: { jobId: row.publishingJobId },
    });
  }
  if (version !== undefined && version !== row.version) {
    throw new AppError(
      'conflict',
      `This issue was changed meanwhile: it is at version ${row.version}, and this was made from version ${version}. Look at it and try again.`,
      { details: { version: row.version } },
    );
  }
}

/** Says something else from now on, as a new version. The caller holds the row. */
export async function addVersion(
  db: Db,
  row: IssueRow,
  content: Content,
  by: Pick<VersionRow, 'source' | 'authorId' | 'model'> & { readonly now: Date; readonly more?: IssueChange },
): Promise<IssueRow> {
  const document = normaliseDocument(content.document);
  const version = row.version + 1;
  const { source, authorId, model, now, more } = by;
  const changed = await save(db, row.id, {
    ...more,
    ...content,
    document,
    title: document.title,
    version,
    updatedAt: now,
  });
  await insertVersion(db, { ...versionRow(changed), source, authorId, model, createdAt: now });
  return changed;
}

export function versionRow({ id, projectId, version, document, priority, complexity, labels, assignees }: IssueRow) {
  return { issueId: id, projectId, version, document, priority, complexity, labels, assignees };
}

/** Throws `not_found` when the row went, or the person may no longer change it. */
export async function save(db: Db, id: Id<'issue'>, change: IssueChange): Promise<IssueRow> {
  const row = await changeIssue(db, id, change);
  if (row === undefined) throw notFound('issue');
  return row;
}

export function contentOf({ document, priority, complexity, labels, assignees }: IssueRow): Content {
  return { document, priority, complexity, labels, assignees };
}

export function isSameContent(a: Content, b: Content): boolean {
  const text = ({ document, priority, complexity, labels, assignees }: Content) =>
    JSON.stringify([orderedDocument(document), priority, complexity, labels, assignees]);
  return text(a) === text(b);
}

/** JSON of the database gives fields in an order of its own. */
function orderedDocument(document: IssueDocument): unknown {
  const ordered = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(ordered);
    if (typeof value !== 'object' || value === null) return value;
    return Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, ordered(inner)]);
  };
  return ordered(normaliseDocument(document));
}

type IssueAction = Extract<IssueEvent, { what: 'issue' }>['action'];

export async function tellIssue(
  { live }: Pick<ChangeDeps, 'live'>,
  db: Db,
  row: IssueRow,
  action: IssueAction,
): Promise<void> {
  const { ownerId, projectId } = row;
  await live.append(db, { ownerId, projectId }, `project:${projectId}`, {
    type: 'issue_update',
    data: { what: 'issue', action, issue: toHead(row) },
  });
}

export async function tellIdea(
  { live }: Pick<ChangeDeps, 'live'>,
  db: Db,
  idea: Idea,
  action: 'added' | 'updated',
): Promise<void> {
  const { ownerId, projectId } = idea;
  await live.append(db, { ownerId, projectId }, `project:${projectId}`, {
    type: 'issue_update',
    data: { what: 'idea', action, idea },
  });
}
