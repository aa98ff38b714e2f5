import type { Complexity, Id, Idea, IdeaStatus, Job, Project } from '@yudai/contract';
import { checkCitations } from '@yudai/engine/chat-turn';
import { findIdeas } from '@yudai/engine/issue-writing';
import { z } from 'zod';
import { type Models, toAppError } from '#features/models/index.ts';
import { AppError, notFound } from '#kernel/app-error.ts';
import type { Context } from '#kernel/context.ts';
import { decodeCursor, encodeCursor } from '#kernel/cursor.ts';
import { newId } from '#kernel/ids.ts';
import type { JobDefinition, JobRun, Jobs } from '#platform/jobs/index.ts';
import { type ChangeDeps, type OfProject, tellIdea } from './change-issue.ts';
import { packCode, type GatherDeps } from './gather.ts';
import { changeIdea, type IdeaChange, ideaOf, type IdeaRow, ideasBefore, insertIdeas, lockIdea } from './idea-store.ts';
import { toIdea } from './present.ts';
import { issuesAfter, issuesOfIdeas } from './store.ts';

export const ideasPayload = z.strictObject({
  projectId: z.string().transform((id) => id as Id<'project'>),
  about: z.string().nullable(),
  count: z.number().int(),
});
export type IdeasPayload = z.infer<typeof ideasPayload>;

interface Place {
  readonly cite: string;
  readonly note: string;
}

type OfIdea = OfProject & { readonly id: Id<'idea'> };

/** Titles that a model is told, so that it does not repeat them. */
const mostKnown = 100;

/** Ideas as people keep them: written by hand, or found in the code by a job. */
export function createIdeasService(
  deps: ChangeDeps & Pick<GatherDeps, 'readerOf'> & { readonly jobs: Pick<Jobs, 'start'> },
) {
  const { database, projects, clock, jobs } = deps;

  async function change(
    ctx: Context,
    { projectId, id }: OfIdea,
    changeFor: (row: IdeaRow) => IdeaChange,
  ): Promise<Idea> {
    await projects.require(ctx, projectId, 'issues.write');
    return database.asUser(ctx.actor.userId, async (db) => {
      const row = await lockIdea(db, projectId, id);
      if (row === undefined) throw notFound('idea');
      const changed = await changeIdea(db, id, { ...changeFor(row), updatedAt: clock.now() });
      if (changed === undefined) throw notFound('idea');
      const idea = toIdea(changed, (await issuesOfIdeas(db, [id])).get(id) ?? null);
      await tellIdea(deps, db, idea, 'updated');
      return idea;
    });
  }

  return {
    async list(
      ctx: Context,
      {
        projectId,
        status,
        cursor,
        limit,
      }: OfProject & {
        readonly status?: IdeaStatus | undefined;
        readonly cursor?: string | undefined;
        readonly limit: number;
      },
    ): Promise<{ items: Idea[]; nextCursor: string | null }> {
      await projects.require(ctx, projectId, 'issues.read');
      const before = cursor === undefined ? null : String(decodeCursor(cursor, 1)[0]);
      const { rows, made } = await database.asUser(ctx.actor.userId, async (db) => {
        const found = await ideasBefore(db, projectId, { status, before, limit: limit + 1 });
        const ids = found.map(({ id }) => id);
        return { rows: found, made: await issuesOfIdeas(db, ids) };
      });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        items: page.map((row) => toIdea(row, made.get(row.id) ?? null)),
        nextCursor: rows.length > limit && last !== undefined ? encodeCursor([last.id]) : null,
      };
    },

    async create(
      ctx: Context,
      input: OfProject & {
        readonly title: string;
        readonly description: string;
        readonly evidence: readonly Place[];
        readonly complexity: Complexity;
      },
    ): Promise<Idea> {
      const { projectId, title, description, complexity } = input;
      const project = await projects.require(ctx, projectId, 'issues.write');
      const now = clock.now();
      const row: IdeaRow = {
        id: newId('idea', now),
        projectId,
        ownerId: ctx.actor.userId,
        title,
        description,
        complexity,
        evidence: await lookUp(deps, ctx, project, input.evidence),
        status: 'pending',
        origin: 'hand',
        createdAt: now,
        updatedAt: now,
      };
      const idea = toIdea(row, null);
      await database.asUser(ctx.actor.userId, async (db) => {
        await insertIdeas(db, [row]);
        await tellIdea(deps, db, idea, 'added');
      });
      return idea;
    },

    async update(
      ctx: Context,
      {
        title,
        description,
        evidence,
        complexity,
        ...input
      }: OfIdea & {
        readonly title?: string | undefined;
        readonly description?: string | undefined;
        readonly evidence?: readonly Place[] | undefined;
        readonly complexity?: Complexity | undefined;
      },
    ): Promise<Idea> {
      const project = await projects.require(ctx, input.projectId, 'issues.write');
      const places = evidence === undefined ? undefined : await lookUp(deps, ctx, project, evidence);
      return change(ctx, input, () => ({
        ...(title === undefined ? {} : { title }),
        ...(description === undefined ? {} : { description }),
        ...(places === undefined ? {} : { evidence: places }),
        ...(complexity === undefined ? {} : { complexity }),
      }));
    },

    dismiss: (ctx: Context, { dismissed, ...input }: OfIdea & { readonly dismissed: boolean }): Promise<Idea> =>
      change(ctx, input, ({ status }) => {
        if (status === 'promoted') throw new AppError('conflict', 'This idea is an issue already; close that instead.');
        return { status: dismissed ? 'dismissed' : 'pending' };
      }),

    async generate(
      ctx: Context,
      { projectId, about, count }: OfProject & { readonly about?: string | undefined; readonly count: number },
    ): Promise<Job> {
      const project = await projects.require(ctx, projectId, 'issues.write');
      if (project.commit === null) {
        throw new AppError(
          'conflict',
          'Nothing is indexed yet, and ideas come from the code. Index the project first.',
        );
      }
      return database.asUser(ctx.actor.userId, (db) =>
        jobs.start(db, {
          kind: 'issues.ideas',
          ownerId: ctx.actor.userId,
          projectId,
          title: 'Look for ideas',
          payload: { projectId, about: about ?? null, count } satisfies IdeasPayload,
        }),
      );
    },
  };
}

/** What a person names as evidence, each place looked up in the code as it is indexed. */
async function lookUp(
  { readerOf }: Pick<GatherDeps, 'readerOf'>,
  ctx: Context,
  project: Project,
  places: readonly Place[],
): Promise<IdeaRow['evidence']> {
  const reader = readerOf(ctx, project);
  const fileAt = async (path: string) => (project.commit === null ? null : reader.file(path, ctx.signal));
  return Promise.all(
    places.map(async ({ cite, note }) => {
      const [citation] = await checkCitations(cite, fileAt);
      return { cite, note, state: citation?.state ?? 'missing' };
    }),
  );
}

export interface IdeasJobDeps extends ChangeDeps, GatherDeps {
  readonly models: Pick<Models, 'forJob' | 'priceOf'>;
}

/** `issues.ideas`: looks through the code for what would be worth doing, and keeps what the code really shows. */
export function createIdeasJob(deps: IdeasJobDeps): JobDefinition<IdeasPayload> {
  return {
    kind: 'issues.ideas',
    payload: ideasPayload,
    mode: 'direct',
    concurrency: 20,
    deadlineMs: 10 * 60_000,
    attempts: 1,
    run: (run) => lookForIdeas(deps, run),
  };
}

async function lookForIdeas(deps: IdeasJobDeps, run: JobRun<IdeasPayload>): Promise<Record<string, unknown>> {
  const { ctx, payload } = run;
  const { projectId, about, count } = payload;
  const { database, clock } = deps;
  const project = await deps.projects.require(ctx, projectId, 'issues.write');
  run.progress(10, 'Reading the code');
  const query = about ?? 'error handling, missing tests, unfinished work, TODO and FIXME, limits, security';
  const { blocks } = await packCode(deps, ctx, project, query);
  const known = await database.asUser(ctx.actor.userId, async (db) => [
    ...(await ideasBefore(db, projectId, { before: null, limit: mostKnown })).map(({ title }) => title),
    ...(await issuesAfter(db, { projectId, archived: false }, null, mostKnown)).map(({ title }) => title),
  ]);
  run.progress(30, 'Looking for ideas');
  const found = await run.step('find', ({ signal }) =>
    findIdeas({
      model: deps.models.forJob(run, { role: 'architect', projectId }),
      project: project.name,
      about,
      count,
      blocks,
      known,
      reader: deps.readerOf(ctx, project),
      signal,
    }).catch((error: unknown) => {
      throw toAppError(error);
    }),
  );
  // Made outside of the step that keeps them, and kept by it, so that a repetition makes the same.
  const rows = await run.step('name', async () => found.map(() => newId('idea', clock.now())));
  await run.step('save', () =>
    database.asUser(ctx.actor.userId, async (db) => {
      for (const [place, idea] of found.entries()) {
        const id = rows[place];
        // Kept by a try before, whose end was not noted.
        if (id === undefined || (await ideaOf(db, projectId, id)) !== undefined) continue;
        const now = clock.now();
        const row: IdeaRow = {
          ...idea,
          id,
          projectId,
          ownerId: ctx.actor.userId,
          status: 'pending',
          origin: 'model',
          createdAt: now,
          updatedAt: now,
        };
        await insertIdeas(db, [row]);
        await tellIdea(deps, db, toIdea(row, null), 'added');
      }
      return null;
    }),
  );
  return { ideaIds: rows };
}
