import type { Id, IssueDocument, IssueOrigin } from '@yudai/contract';
import { normaliseDocument } from '@yudai/engine/issue-writing';
import type { Context } from '#kernel/context.ts';
import { newId } from '#kernel/ids.ts';
import type { Db } from '#platform/db/index.ts';
import { type Content, versionRow } from './change-issue.ts';
import { insertIssue, type IssueRow, type IssueSource, insertVersion } from './store.ts';

export interface NewIssue {
  readonly projectId: Id<'project'>;
  readonly document: IssueDocument;
  readonly origin: IssueOrigin;
  readonly priority?: Content['priority'] | undefined;
  readonly complexity?: Content['complexity'] | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly assignees?: readonly string[] | undefined;
  readonly sessionId?: Id<'session'> | null;
  readonly messageId?: Id<'message'> | null;
  readonly ideaId?: Id<'idea'> | null;
  readonly source?: IssueSource;
}

/** A new draft with its first version, of whoever asks. */
export async function insertNewIssue(db: Db, ctx: Context, now: Date, issue: NewIssue): Promise<IssueRow> {
  const document = normaliseDocument(issue.document);
  const row = await insertIssue(db, {
    id: newId('issue', now),
    projectId: issue.projectId,
    ownerId: ctx.actor.userId,
    sessionId: issue.sessionId ?? null,
    messageId: issue.messageId ?? null,
    ideaId: issue.ideaId ?? null,
    origin: issue.origin,
    source: issue.source ?? { wish: '', cardIds: [] },
    status: 'draft',
    priority: issue.priority ?? 'medium',
    complexity: issue.complexity ?? 'M',
    title: document.title,
    document,
    labels: [...new Set(issue.labels)],
    assignees: [...new Set(issue.assignees)],
    version: 1,
    createdAt: now,
    updatedAt: now,
  });
  const by = { source: 'hand' as const, authorId: ctx.actor.userId, model: null };
  await insertVersion(db, { ...versionRow(row), ...by, createdAt: now });
  return row;
}
