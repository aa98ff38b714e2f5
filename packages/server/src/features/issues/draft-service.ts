import type { Id, Issue, IssueDocument, IssueOrigin, Job } from '@yudai/contract';
import type { Cards } from '#features/cards/index.ts';
import type { Chat } from '#features/chat/index.ts';
import { AppError, notFound } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import type { Db } from '#platform/db/index.ts';
import type { Jobs } from '#platform/jobs/index.ts';
import {
  type Access,
  type ChangeDeps,
  type OfIssue,
  type OfProject,
  requireFree,
  save,
  tellIdea,
  tellIssue,
} from './change-issue.ts';
import type { DraftPayload } from './draft-job.ts';
import { changeIdea, type IdeaRow, lockIdea } from './idea-store.ts';
import { insertNewIssue, type NewIssue } from './new-issue.ts';
import { toIdea } from './present.ts';
import type { ContentInput } from './service.ts';
import { issueOf, issuesOfIdeas, type IssueRow } from './store.ts';

export interface DraftServiceDeps extends ChangeDeps {
  readonly jobs: Pick<Jobs, 'start'>;
  readonly cards: Pick<Cards, 'heads'>;
  readonly chat: Pick<Chat, 'sessions' | 'messageFor'>;
}

export interface DraftIssue extends OfProject, ContentInput {
  readonly text?: string | undefined;
  readonly sessionId?: Id<'session'> | undefined;
  readonly messageId?: Id<'message'> | undefined;
  readonly cardIds: readonly Id<'card'>[];
  readonly ideaId?: Id<'idea'> | undefined;
}

/** Characters of a wish that are kept. */
const mostWish = 20_000;
/** How an issue is written that nothing has been decided about. */
const first = { again: false, instructions: null, chosen: [] };

/** Issues that a model writes. The draft is there at once with the person's own words, so it can go on by hand whatever the model does. */
export function createDraftService(deps: DraftServiceDeps, access: Access) {
  const { database, projects, clock, jobs } = deps;

  async function startWriting(
    db: Db,
    ctx: Context,
    row: IssueRow,
    how: Pick<DraftPayload, 'again' | 'instructions' | 'chosen'>,
  ) {
    const { id, projectId, version } = row;
    const job = await jobs.start(db, {
      kind: 'issues.draft',
      ownerId: ctx.actor.userId,
      projectId,
      title: how.again ? 'Write an issue again' : 'Write an issue',
      payload: { projectId, issueId: id, version, ...how } satisfies DraftPayload,
    });
    const change = { writingJobId: job.id, failure: null, updatedAt: clock.now() };
    return { row: await save(db, id, change), job };
  }

  /** Throws `not_found` for what the person does not see, and for what is of another project. */
  async function requireSources(ctx: Context, { projectId, sessionId, messageId, cardIds }: DraftIssue) {
    if (sessionId !== undefined) {
      const { session } = await deps.chat.sessions.get(ctx, { id: sessionId, limit: 1 });
      if (session.projectId !== projectId) throw notFound('conversation');
    }
    const message = messageId === undefined ? null : await deps.chat.messageFor(ctx, projectId, messageId);
    if (messageId !== undefined && message === null) throw notFound('message');
    const cards = await deps.cards.heads(ctx, projectId, cardIds);
    if (cards.length < new Set(cardIds).size) throw notFound('card');
    return { message, cards };
  }

  /** The issue that an idea becomes. The caller holds the idea's row. */
  async function insertFromIdea(db: Db, ctx: Context, idea: IdeaRow, more: Partial<NewIssue> = {}) {
    const now = clock.now();
    const row = await insertNewIssue(db, ctx, now, {
      projectId: idea.projectId,
      document: documentOf(idea.title, idea.description, idea.evidence),
      complexity: idea.complexity,
      ...more,
      origin: 'idea',
      ideaId: idea.id,
      source: {
        wish: [idea.title, idea.description, more.source?.wish ?? ''].join('\n\n').trim().slice(0, mostWish),
        cardIds: more.source?.cardIds ?? [],
      },
    });
    const promoted = await changeIdea(db, idea.id, { status: 'promoted', updatedAt: now });
    if (promoted === undefined) throw notFound('idea');
    await tellIdea(deps, db, toIdea(promoted, row.id), 'updated');
    return { row, idea: promoted };
  }

  return {
    /** Begins an issue and the job that writes it. */
    async draft(ctx: Context, input: DraftIssue): Promise<{ issue: Issue; job: Job }> {
      const { projectId, text, cardIds, ideaId } = input;
      await projects.require(ctx, projectId, 'issues.write');
      const { message, cards } = await requireSources(ctx, input);
      const wish = text ?? message?.content ?? '';
      const title = titleOf(text) ?? message?.title ?? cards[0]?.title ?? 'New issue';
      const { row, job } = await database.asUser(ctx.actor.userId, async (db) => {
        const { priority, complexity, labels, assignees } = input;
        const common = {
          priority,
          labels,
          assignees,
          sessionId: input.sessionId ?? null,
          messageId: input.messageId ?? null,
        };
        const source = { wish: wish.slice(0, mostWish), cardIds: [...new Set(cardIds)] };
        const made =
          ideaId === undefined
            ? await insertNewIssue(db, ctx, clock.now(), {
                ...common,
                projectId,
                complexity,
                source,
                document: documentOf(title, wish),
                origin: originOf(input),
              })
            : (
                await insertFromIdea(db, ctx, await requireFreeIdea(db, projectId, ideaId), {
                  ...common,
                  ...(complexity === undefined ? {} : { complexity }),
                  source,
                })
              ).row;
        await tellIssue(deps, db, made, 'added');
        return startWriting(db, ctx, made, { ...first, chosen: chosenIn(input) });
      });
      return { issue: await access.present(row), job };
    },

    /** Has the issue written again; what it says now stays a version. */
    async regenerate(
      ctx: Context,
      {
        version,
        instructions,
        ...input
      }: OfIssue & { readonly version: number; readonly instructions?: string | undefined },
    ): Promise<{ issue: Issue; job: Job }> {
      let started: Job | undefined;
      const row = await access.change(ctx, input, 'issues.write', async (db, before) => {
        requireFree(before, version);
        const writing = await startWriting(db, ctx, before, {
          ...first,
          again: true,
          instructions: instructions ?? null,
        });
        started = writing.job;
        return writing.row;
      });
      if (started === undefined) throw new Error('A job was not started.');
      return { issue: await access.present(row), job: started };
    },

    /** Makes an issue of an idea: once, however often that is asked. */
    async promoteIdea(
      ctx: Context,
      { projectId, id, write }: OfProject & { readonly id: Id<'idea'>; readonly write: boolean },
    ) {
      await projects.require(ctx, projectId, 'issues.write');
      const { row, idea, job } = await database.asUser(ctx.actor.userId, async (db) => {
        const found = await lockIdea(db, projectId, id);
        if (found === undefined) throw notFound('idea');
        const issueId = (await issuesOfIdeas(db, [id])).get(id);
        const there = issueId === undefined ? undefined : await issueOf(db, projectId, issueId);
        if (there !== undefined) return { row: there, idea: found, job: null };
        const made = await insertFromIdea(db, ctx, found);
        await tellIssue(deps, db, made.row, 'added');
        return write ? { ...made, ...(await startWriting(db, ctx, made.row, first)) } : { ...made, job: null };
      });
      return { issue: await access.present(row), idea: toIdea(idea, row.id), job };
    },
  };
}

async function requireFreeIdea(db: Db, projectId: Id<'project'>, id: Id<'idea'>): Promise<IdeaRow> {
  const idea = await lockIdea(db, projectId, id);
  if (idea === undefined) throw notFound('idea');
  const issueId = (await issuesOfIdeas(db, [id])).get(id);
  if (issueId === undefined) return idea;
  throw new AppError('conflict', 'This idea is an issue already.', { details: { issueId } });
}

function chosenIn({ priority, complexity }: DraftIssue): DraftPayload['chosen'] {
  return [
    ...(priority === undefined ? [] : (['priority'] as const)),
    ...(complexity === undefined ? [] : (['complexity'] as const)),
  ];
}

function originOf({ sessionId, messageId, text }: DraftIssue): IssueOrigin {
  if (messageId !== undefined) return 'message';
  if (sessionId !== undefined) return 'session';
  return text === undefined ? 'cards' : 'text';
}

function titleOf(text: string | undefined): string | undefined {
  const first = text?.trim().split('\n')[0]?.replaceAll(/\s+/g, ' ').trim() ?? '';
  return first === '' ? undefined : first.slice(0, 120);
}

function documentOf(
  title: string,
  problem: string,
  evidence: readonly { cite: string; note: string }[] = [],
): IssueDocument {
  return {
    title: title.slice(0, 256),
    problem: problem.slice(0, 20_000),
    evidence: evidence.map(({ cite, note }) => ({ cite, note })),
    current: '',
    wanted: '',
    criteria: [],
    files: [],
    outOfScope: [],
    risks: [],
    notes: '',
  };
}
