import type { Answer, Id, Question } from '@yudai/contract';
import { type IssueAnswer, writeIssue } from '@yudai/engine/issue-writing';
import { z } from 'zod';
import { type Models, toAppError } from '#features/models/index.ts';
import { AppError, notFound } from '#kernel/app-error.ts';
import type { JobDefinition, JobRun } from '#platform/jobs/index.ts';
import { addVersion, type ChangeDeps, save, tellIssue } from './change-issue.ts';
import { type FactsDeps, labelsOf } from './facts.ts';
import { gatherFor, type Gathered, type GatherDeps } from './gather.ts';
import { endWork } from './publish-job.ts';
import { insertContext, type IssueRow, lockIssue } from './store.ts';

export const draftPayload = z.strictObject({
  projectId: z.string().transform((id) => id as Id<'project'>),
  issueId: z.string().transform((id) => id as Id<'issue'>),
  /** The version that it is written after. */
  version: z.number().int(),
  /** Whether it is written again, from what it says now. */
  again: z.boolean(),
  /** What should be different. */
  instructions: z.string().nullable(),
  /** What the person has decided before anything was written. */
  chosen: z.array(z.enum(['priority', 'complexity'])).default([]),
});
export type DraftPayload = z.infer<typeof draftPayload>;

export interface DraftDeps extends ChangeDeps, GatherDeps, Pick<FactsDeps, 'github'> {
  readonly models: Pick<Models, 'forJob' | 'priceOf'>;
}

type Written = Extract<IssueAnswer, { written: unknown }>['written'] & { readonly model: string | null };
type Outcome = { readonly questions: Question[] } | { readonly written: Written };

/** `issues.draft`: the architect writes an issue, after asking what it cannot know. */
export function createDraftJob(deps: DraftDeps): JobDefinition<DraftPayload> {
  return {
    kind: 'issues.draft',
    payload: draftPayload,
    mode: 'direct',
    concurrency: 50,
    perNode: 20,
    deadlineMs: 15 * 60_000,
    attempts: 1,
    run: (run) => draft(deps, run),
    onEnd: (db, job) => endWork(deps, db, job, 'writingJobId'),
  };
}

async function draft(deps: DraftDeps, run: JobRun<DraftPayload>): Promise<Record<string, unknown>> {
  const { ctx, payload } = run;
  const project = await deps.projects.require(ctx, payload.projectId, 'issues.write');
  const row = await claim(deps, run);
  run.progress(5, 'Reading what it is about');
  // Not a step: what is gathered may be larger than what a step may keep, and is quickly gathered again.
  const gathered = await gatherFor(deps, ctx, project, row, payload.instructions);
  const labels = (await labelsOf(deps, ctx, project)) ?? [];
  const ask = async (step: string, answers: readonly { question: string; answer: string }[] | null) =>
    run.step(step, async ({ signal }): Promise<Outcome> => {
      let model: string | null = null;
      const asked = writeIssue({
        model: deps.models.forJob(run, {
          role: 'architect',
          projectId: project.id,
          onCall: (call) => void (model = call.model),
        }),
        project: project.name,
        wish: row.source.wish,
        blocks: gathered.blocks,
        before: payload.again ? row.document : null,
        instructions: payload.instructions,
        answers,
        labels,
        reader: deps.readerOf(ctx, project),
        signal,
      });
      const answer = await asked.catch((error: unknown) => {
        throw toAppError(error);
      });
      return 'questions' in answer
        ? { questions: answer.questions.map(toQuestion) }
        : { written: { ...answer.written, model } };
    });
  run.progress(20, 'Writing');
  let outcome = await ask('write', null);
  if ('questions' in outcome) {
    const { questions } = outcome;
    const answers = await run.ask(questions);
    run.progress(50, 'Writing with the answers');
    outcome = await ask('write-answered', answersTo(questions, answers));
  }
  if ('questions' in outcome)
    throw new AppError('upstream_failed', 'The model asked again instead of writing the issue.');
  run.progress(90, 'Keeping it');
  const { written } = outcome;
  const version = await run.step('save', () => keep(deps, run, gathered, written));
  return { issueId: payload.issueId, version };
}

/** A job that is started again by hand takes the issue up again, unless it has gone on. */
async function claim({ database }: DraftDeps, { id, ctx, payload }: JobRun<DraftPayload>): Promise<IssueRow> {
  return database.asUser(ctx.actor.userId, async (db) => {
    const row = await lockIssue(db, payload.projectId, payload.issueId);
    if (row === undefined) throw notFound('issue');
    // Its words are kept already: only the end of the job is missing.
    if (row.writingJobId === id || row.version === payload.version + 1) return row;
    if (row.writingJobId !== null || row.publishingJobId !== null || row.version !== payload.version) {
      throw new AppError('conflict', 'The issue has been changed since. Ask for it to be written again.');
    }
    return save(db, row.id, { writingJobId: id, failure: null });
  });
}

async function keep(
  deps: DraftDeps,
  { id, ctx, payload }: JobRun<DraftPayload>,
  { blocks, commit }: Gathered,
  { document, labels, priority, complexity, model }: Written,
): Promise<number> {
  return deps.database.asUser(ctx.actor.userId, async (db) => {
    const row = await lockIssue(db, payload.projectId, payload.issueId);
    if (row === undefined) throw notFound('issue');
    // Kept by a try before, whose end was not noted.
    if (row.writingJobId !== id) return row.version;
    // What a person chose stays; only a first draft takes the architect's labels, and sizes where nobody said any.
    const stays = (fact: DraftPayload['chosen'][number]) => payload.again || payload.chosen.includes(fact);
    const facts = {
      priority: stays('priority') ? row.priority : priority,
      complexity: stays('complexity') ? row.complexity : complexity,
      labels: payload.again ? row.labels : [...new Set([...row.labels, ...labels])].slice(0, 20),
    };
    const changed = await addVersion(
      db,
      row,
      { ...facts, document, assignees: row.assignees },
      {
        source: 'model',
        authorId: ctx.actor.userId,
        model,
        now: deps.clock.now(),
        more: { writingJobId: null, failure: null },
      },
    );
    await insertContext(db, {
      issueId: row.id,
      version: changed.version,
      projectId: row.projectId,
      ownerId: ctx.actor.userId,
      commit,
      blocks: [...blocks],
    });
    await tellIssue(deps, db, changed, 'updated');
    return changed.version;
  });
}

const decide = 'decide';

function toQuestion(
  { text, why, options }: { readonly text: string; readonly why: string; readonly options: readonly string[] },
  place: number,
): Question {
  const common = { id: `q${place + 1}`, text: text.slice(0, 1000), ...(why === '' ? {} : { why: why.slice(0, 1000) }) };
  if (options.length < 2) return { ...common, kind: 'text' };
  const choices = options.slice(0, 8).map((label, number) => ({ value: `o${number + 1}`, label: label.slice(0, 300) }));
  return { ...common, kind: 'choice', options: [...choices, { value: decide, label: 'Either; decide for me' }] };
}

function answersTo(questions: readonly Question[], answers: readonly Answer[]) {
  return questions.map(({ id, text, options }) => {
    const given = answers.find(({ questionId }) => questionId === id)?.answer;
    const said = typeof given === 'string' ? given : '';
    return { question: text, answer: options?.find(({ value }) => value === said)?.label ?? said };
  });
}
