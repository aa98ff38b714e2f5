import {
  type Id,
  type Issue,
  type IssueDocument,
  issueDocument,
  type IssueHead,
  type IssuePriority,
  type IssueStatistics,
  type IssueStatus,
  type IssueVersion,
  type IssueVersionDetail,
} from '@yudai/contract';
import { checkReadiness, normaliseDocument, parseIssue, renderIssue } from '@yudai/engine/issue-writing';
import type { Audit } from '#features/audit/index.ts';
import { AppError, notFound } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import { decodeCursor, encodeCursor } from '#kernel/cursor.ts';
import {
  type Access,
  addVersion,
  type ChangeDeps,
  type Content,
  contentOf,
  isSameContent,
  type OfIssue,
  type OfProject,
  requireFree,
  save,
  tellIssue,
} from './change-issue.ts';
import type { Facts } from './facts.ts';
import { changeIdea, ideaTally } from './idea-store.ts';
import { insertNewIssue } from './new-issue.ts';
import { toHead } from './present.ts';
import type { OnRemoving } from './solvable.ts';
import {
  contextOf,
  countOf,
  deleteIssue,
  issueOf,
  issuesAfter,
  lockIssue,
  type Place,
  tallyOf,
  versionOf,
  versionsBefore,
} from './store.ts';

export interface ServiceDeps extends ChangeDeps {
  readonly audit: Pick<Audit, 'record'>;
  readonly facts: Facts;
  readonly onRemoving: readonly OnRemoving[];
}

export interface ListIssues extends OfProject {
  readonly cursor?: string | undefined;
  readonly limit: number;
  readonly status?: IssueStatus | undefined;
  readonly priority?: IssuePriority | undefined;
  readonly label?: string | undefined;
  readonly sessionId?: Id<'session'> | undefined;
  readonly query?: string | undefined;
  readonly since?: string | undefined;
  readonly archived: boolean;
}

export type ContentInput = {
  readonly [Field in Exclude<keyof Content, 'document'>]?: Content[Field] | undefined;
};

export interface UpdateIssue extends OfIssue, ContentInput {
  readonly version: number;
  readonly document?: { readonly [Field in keyof IssueDocument]?: IssueDocument[Field] | undefined } | undefined;
  readonly markdown?: string | undefined;
}

/** Issues as people keep them by hand. Nothing here needs a model, and nothing but `check` looks at GitHub. */
export function createIssuesService(deps: ServiceDeps, access: Access) {
  const { database, projects, clock, audit } = deps;
  const { present, requireIssue, change } = access;

  async function setArchived(ctx: Context, input: OfIssue, archived: boolean) {
    return change(ctx, input, 'issues.write', async (db, row) => {
      if ((row.archivedAt !== null) === archived) return row;
      const now = clock.now();
      return save(db, row.id, { archivedAt: archived ? now : null, updatedAt: now });
    });
  }

  /** Changes some of what an issue says. The same content again is no new version. */
  async function changeContent(
    ctx: Context,
    input: OfIssue & { readonly version?: number | undefined },
    contentFrom: (before: Content) => Content,
  ) {
    return change(ctx, input, 'issues.write', async (db, row) => {
      requireFree(row, input.version);
      const content = contentFrom(contentOf(row));
      if (isSameContent(contentOf(row), content)) return row;
      return addVersion(db, row, content, {
        source: 'hand',
        authorId: ctx.actor.userId,
        model: null,
        now: clock.now(),
        more: { failure: null },
      });
    });
  }

  return {
    setArchived,
    changeContent,

    async list(
      ctx: Context,
      input: ListIssues,
    ): Promise<{ items: IssueHead[]; nextCursor: string | null; total: number }> {
      const { cursor, limit, ...filter } = input;
      await projects.require(ctx, input.projectId, 'issues.read');
      const after = cursor === undefined ? null : placeOf(cursor);
      const { rows, total } = await database.asUser(ctx.actor.userId, async (db) => ({
        rows: await issuesAfter(db, filter, after, limit + 1),
        total: await countOf(db, filter),
      }));
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const isMore = rows.length > limit && last !== undefined;
      return {
        items: page.map(toHead),
        nextCursor: isMore ? encodeCursor([last.updatedAt.getTime(), last.id]) : null,
        total,
      };
    },

    async statistics(ctx: Context, { projectId }: OfProject): Promise<IssueStatistics> {
      await projects.require(ctx, projectId, 'issues.read');
      const { tally, ideas } = await database.asUser(ctx.actor.userId, async (db) => ({
        tally: await tallyOf(db, projectId),
        ideas: await ideaTally(db, projectId),
      }));
      const open = tally.filter(({ archived }) => !archived);
      const sum = (rows: readonly { count: number }[]) => rows.reduce((total, { count }) => total + count, 0);
      const ofStatus = (status: IssueStatus) => sum(open.filter((row) => row.status === status));
      const ofPriority = (priority: IssuePriority) => sum(open.filter((row) => row.priority === priority));
      return {
        total: sum(open),
        archived: sum(tally) - sum(open),
        byStatus: {
          draft: ofStatus('draft'),
          published: ofStatus('published'),
          solving: ofStatus('solving'),
          solved: ofStatus('solved'),
          closed: ofStatus('closed'),
        },
        byPriority: {
          low: ofPriority('low'),
          medium: ofPriority('medium'),
          high: ofPriority('high'),
          critical: ofPriority('critical'),
        },
        changedOnGithub: sum(open.filter(({ differs }) => differs)),
        ideas: {
          pending: ideas.get('pending') ?? 0,
          promoted: ideas.get('promoted') ?? 0,
          dismissed: ideas.get('dismissed') ?? 0,
        },
      };
    },

    async get(ctx: Context, input: OfIssue): Promise<Issue> {
      return present((await requireIssue(ctx, input, 'issues.read')).row);
    },

    async create(ctx: Context, input: OfProject & ContentInput & { readonly document: IssueDocument }): Promise<Issue> {
      const { projectId, document } = input;
      await projects.require(ctx, projectId, 'issues.write');
      const row = await database.asUser(ctx.actor.userId, async (db) => {
        const made = await insertNewIssue(db, ctx, clock.now(), { ...input, projectId, document, origin: 'hand' });
        await tellIssue(deps, db, made, 'added');
        return made;
      });
      return present(row);
    },

    /** Field by field, or all of it as Markdown; lists are replaced as a whole. Throws `conflict` for another version than the last. */
    async update(ctx: Context, input: UpdateIssue): Promise<Issue> {
      const row = await changeContent(ctx, input, (before) => ({
        ...changedFacts(before, input),
        document: documentOf(before.document, input),
      }));
      return present(row);
    },

    async versions(
      ctx: Context,
      { cursor, limit, ...input }: OfIssue & { readonly cursor?: string | undefined; readonly limit: number },
    ): Promise<{ items: IssueVersion[]; nextCursor: string | null }> {
      const { row } = await requireIssue(ctx, input, 'issues.read');
      const before = cursor === undefined ? null : numberOf(cursor);
      const rows = await database.asUser(ctx.actor.userId, (db) => versionsBefore(db, row.id, before, limit + 1));
      const items = rows.slice(0, limit).map(({ version, source, authorId, title, model, createdAt }) => ({
        version,
        source,
        authorId,
        title,
        model,
        createdAt: createdAt.toISOString(),
      }));
      const last = items.at(-1);
      return { items, nextCursor: rows.length > limit && last !== undefined ? encodeCursor([last.version]) : null };
    },

    async version(
      ctx: Context,
      { version, ...input }: OfIssue & { readonly version: number },
    ): Promise<IssueVersionDetail> {
      const { row } = await requireIssue(ctx, input, 'issues.read');
      const { found, context } = await database.asUser(ctx.actor.userId, async (db) => ({
        found: await versionOf(db, row.id, version),
        context: await contextOf(db, row.id, version),
      }));
      if (found === undefined) throw notFound('version');
      const { issueId: _issue, projectId: _project, createdAt, ...rest } = found;
      return {
        ...rest,
        title: rest.document.title,
        createdAt: createdAt.toISOString(),
        context: context === undefined ? null : { commit: context.commit, blocks: context.blocks },
      };
    },

    async restoreVersion(
      ctx: Context,
      { restore, version, ...input }: OfIssue & { readonly restore: number; readonly version: number },
    ): Promise<Issue> {
      const row = await change(ctx, input, 'issues.write', async (db, before) => {
        requireFree(before, version);
        const found = await versionOf(db, before.id, restore);
        if (found === undefined) throw notFound('version');
        if (isSameContent(contentOf(before), found)) return before;
        const { document, priority, complexity, labels, assignees } = found;
        const content = { document, priority, complexity, labels, assignees };
        const by = { source: 'restored' as const, authorId: ctx.actor.userId, model: null, now: clock.now() };
        return addVersion(db, before, content, by);
      });
      return present(row);
    },

    /** How ready it is, by rules and by what the repository is now. What cannot be looked at is said, and fails nothing. */
    async check(ctx: Context, input: OfIssue) {
      const { row, project } = await requireIssue(ctx, input, 'issues.read');
      return checkReadiness(row.document, row.labels, await deps.facts(ctx, project, row));
    },

    archive: async (ctx: Context, input: OfIssue) => present(await setArchived(ctx, input, true)),
    unarchive: async (ctx: Context, input: OfIssue) => present(await setArchived(ctx, input, false)),

    /** Deletes a draft for good. Throws `conflict` for what is on GitHub: that is archived instead. */
    async remove(ctx: Context, { projectId, id }: OfIssue): Promise<{ removed: boolean }> {
      await projects.require(ctx, projectId, 'issues.write');
      await database.asUser(ctx.actor.userId, async (db) => {
        const row = await lockIssue(db, projectId, id);
        if (row === undefined) throw notFound('issue');
        requireFree(row);
        if (row.githubNumber !== null) {
          throw new AppError('conflict', 'This issue is on GitHub. Archive it, or close it there as well.');
        }
        for (const react of deps.onRemoving) await react(db, id);
        await deleteIssue(db, id);
        if ((await issueOf(db, projectId, id)) !== undefined) throw notFound('issue');
        // An idea whose issue is gone can become one again.
        if (row.ideaId !== null) await changeIdea(db, row.ideaId, { status: 'pending', updatedAt: clock.now() });
        await tellIssue(deps, db, row, 'removed');
        const target = { kind: 'issue', id };
        await audit.record(db, ctx, { action: 'issue.deleted', target, projectId, details: { title: row.title } });
      });
      return { removed: true };
    },

    async export(ctx: Context, input: OfIssue): Promise<{ name: string; markdown: string }> {
      const { row } = await requireIssue(ctx, input, 'issues.read');
      return { name: fileNameOf(row.title), markdown: `${renderIssue(row.document)}\n` };
    },
  };
}

export function changedFacts(before: Content, { priority, complexity, labels, assignees }: ContentInput): Content {
  return {
    ...before,
    ...(priority === undefined ? {} : { priority }),
    ...(complexity === undefined ? {} : { complexity }),
    ...(labels === undefined ? {} : { labels: distinct(labels) }),
    ...(assignees === undefined ? {} : { assignees: distinct(assignees) }),
  };
}

export function distinct(names: readonly string[]): string[] {
  return [...new Set(names)];
}

/** Throws `invalid_input` for Markdown that says more than an issue can hold. */
function documentOf(before: IssueDocument, { document, markdown }: UpdateIssue): IssueDocument {
  if (markdown !== undefined) {
    const read = issueDocument.safeParse(parseIssue(markdown, before.title));
    if (read.success) return read.data;
    const [first] = read.error.issues;
    throw new AppError(
      'invalid_input',
      `This Markdown cannot be an issue: ${first?.path.join('.') ?? ''} ${first?.message ?? ''}`,
    );
  }
  const given = Object.fromEntries(Object.entries(document ?? {}).filter(([, value]) => value !== undefined));
  return normaliseDocument({ ...before, ...given });
}

function fileNameOf(title: string): string {
  const words = title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return `${words.join('-').slice(0, 80) || 'issue'}.md`;
}

function placeOf(cursor: string): Place {
  const [time, id] = decodeCursor(cursor, 2);
  const updatedAt = new Date(Number(time));
  if (Number.isNaN(updatedAt.getTime())) throw badCursor();
  return { updatedAt, id: String(id) };
}

function numberOf(cursor: string): number {
  const value = Number(decodeCursor(cursor, 1)[0]);
  if (!Number.isInteger(value) || Math.abs(value) > 2 ** 31 - 1) throw badCursor();
  return value;
}

function badCursor(): AppError {
  return new AppError('bad_request', 'This cursor is not valid. Ask for the list from its start again.');
}
