import type { Id, Issue, IssueHead, IssuePreview, IssuePriority, Job } from '@yudai/contract';
import { mostBody } from '@yudai/engine/issue-writing';
import { AppError } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import type { Jobs } from '#platform/jobs/index.ts';
import {
  type Access,
  type Content,
  type OfIssue,
  type OfProject,
  requireFree,
  save,
  tellIssue,
} from './change-issue.ts';
import { asShown } from './on-github.ts';
import { toHead, toPreview } from './present.ts';
import { type PublishDeps, type PublishPayload, repositoryOf } from './publish-job.ts';
import { distinct } from './service.ts';
import type { IssueRow } from './store.ts';

export interface PublishServiceDeps extends PublishDeps {
  readonly jobs: Pick<Jobs, 'start' | 'get'>;
  readonly setArchived: (ctx: Context, input: OfIssue, archived: boolean) => Promise<IssueRow>;
  readonly changeContent: (ctx: Context, input: OfIssue, from: (before: Content) => Content) => Promise<IssueRow>;
}

export type BulkChange =
  | { readonly kind: 'archive'; readonly archived: boolean }
  | { readonly kind: 'close' }
  | { readonly kind: 'label'; readonly add: readonly string[]; readonly remove: readonly string[] }
  | { readonly kind: 'priority'; readonly priority: IssuePriority };

/** From a draft to GitHub and back: draft → published → solving → solved, and closed from each. */
export function createPublishService(deps: PublishServiceDeps, access: Access) {
  const { projects, clock, audit, github, jobs } = deps;
  const { present, requireIssue, change } = access;

  /** Closes or opens it, at GitHub first when it is there. */
  async function setOpen(ctx: Context, input: OfIssue, open: boolean, reason: 'completed' | 'not_planned') {
    const { row } = await requireIssue(ctx, input, 'issues.publish');
    const isClosed = row.status === 'closed';
    if (isClosed !== open && row.githubState !== (open ? 'closed' : 'open')) return row;
    // Before GitHub is asked, which cannot be taken back.
    requireFree(row);
    const shown =
      row.githubNumber === null || row.repository === null || row.githubState === 'deleted'
        ? null
        : await github.updateIssue(ctx, {
            ...repositoryOf({ source: { kind: 'github', repository: row.repository } }),
            number: row.githubNumber,
            state: open ? 'open' : 'closed',
            ...(open ? {} : { stateReason: reason }),
          });
    return change(ctx, input, 'issues.publish', async (db, before) => {
      requireFree(before);
      const now = clock.now();
      const status = open ? (before.githubNumber === null ? 'draft' : 'published') : 'closed';
      const seen = shown === null ? null : asShown(before, shown, now);
      const changed = await save(db, before.id, { ...seen, status, updatedAt: now });
      const deed = { target: { kind: 'issue', id: before.id }, projectId: before.projectId };
      // Last in the transaction, as the log asks.
      await tellIssue(deps, db, changed, 'updated');
      await audit.record(db, ctx, { action: open ? 'issue.reopened' : 'issue.closed', ...deed });
      return changed;
    });
  }

  async function openJob(ctx: Context, id: Id<'job'> | null): Promise<Job | null> {
    return id === null ? null : jobs.get(ctx, id);
  }

  async function changeOne(ctx: Context, input: OfIssue, wanted: BulkChange): Promise<IssueRow> {
    switch (wanted.kind) {
      case 'archive':
        return deps.setArchived(ctx, input, wanted.archived);
      case 'close':
        return setOpen(ctx, input, false, 'completed');
      case 'priority':
        return deps.changeContent(ctx, input, (before) => ({ ...before, priority: wanted.priority }));
      case 'label':
        return deps.changeContent(ctx, input, (before) => {
          const labels = distinct([...before.labels, ...wanted.add]).filter((label) => !wanted.remove.includes(label));
          if (labels.length > 20) throw new AppError('invalid_input', 'An issue has at most 20 labels.');
          return { ...before, labels };
        });
    }
  }

  return {
    async preview(ctx: Context, input: OfIssue): Promise<IssuePreview> {
      const { row, project } = await requireIssue(ctx, input, 'issues.read');
      return toPreview(row, project);
    },

    /**
     * Has the issue opened on GitHub as it was previewed. Asked twice it does so once: what is published stays, and a job that is at it is
     * answered with. Throws `conflict` for another version than the last, and where there is nowhere to publish.
     */
    async publish(
      ctx: Context,
      { version, ...input }: OfIssue & { readonly version: number },
    ): Promise<{ issue: Issue; job: Job | null }> {
      const { project } = await requireIssue(ctx, input, 'issues.publish');
      repositoryOf(project);
      const row = await change(ctx, input, 'issues.publish', async (db, before) => {
        if (before.githubNumber !== null || before.publishingJobId !== null) return before;
        requireFree(before, version);
        if (before.status === 'closed') throw new AppError('conflict', 'This issue is closed. Open it again first.');
        const { body } = toPreview(before, project);
        if (body.length > mostBody + 500) {
          throw new AppError('invalid_input', `GitHub takes texts of ${mostBody} characters. Shorten the issue.`);
        }
        const job = await jobs.start(db, {
          kind: 'issues.publish',
          ownerId: ctx.actor.userId,
          projectId: input.projectId,
          title: 'Publish an issue',
          payload: { projectId: input.projectId, issueId: input.id, version } satisfies PublishPayload,
        });
        const now = clock.now();
        return save(db, before.id, {
          publishingJobId: job.id,
          publishingSince: before.publishingSince ?? now,
          failure: null,
          updatedAt: now,
        });
      });
      return { issue: await present(row), job: await openJob(ctx, row.publishingJobId) };
    },

    /** Asks GitHub how the issue stands there, for installations that GitHub does not tell. */
    async refresh(ctx: Context, input: OfIssue): Promise<Issue> {
      const { row } = await requireIssue(ctx, input, 'issues.write');
      if (row.githubNumber === null || row.repository === null) return present(row);
      const at = repositoryOf({ source: { kind: 'github', repository: row.repository } });
      const shown = await github.issue(ctx, { ...at, number: row.githubNumber });
      const changed = await change(ctx, input, 'issues.write', async (db, before) => {
        const seen = asShown(before, shown, clock.now());
        return seen === null ? before : save(db, before.id, seen);
      });
      return present(changed);
    },

    close: async (ctx: Context, { reason, ...input }: OfIssue & { readonly reason: 'completed' | 'not_planned' }) =>
      present(await setOpen(ctx, input, false, reason)),
    reopen: async (ctx: Context, input: OfIssue) => present(await setOpen(ctx, input, true, 'completed')),

    /** Changes many issues, one after the other; what cannot be done is said for each. */
    async bulk(
      ctx: Context,
      {
        projectId,
        ids,
        change: wanted,
      }: OfProject & { readonly ids: readonly Id<'issue'>[]; readonly change: BulkChange },
    ): Promise<{ changed: IssueHead[]; failed: { id: Id<'issue'>; message: string }[] }> {
      await projects.require(ctx, projectId, 'issues.write');
      const changed: IssueHead[] = [];
      const failed: { id: Id<'issue'>; message: string }[] = [];
      for (const id of new Set(ids)) {
        ctx.signal.throwIfAborted();
        try {
          changed.push(toHead(await changeOne(ctx, { projectId, id }, wanted)));
        } catch (error) {
          if (!(error instanceof AppError) || error.code === 'internal') throw error;
          failed.push({ id, message: error.message });
        }
      }
      return { changed, failed };
    },
  };
}
