import type { Answer, Question } from '@yudai/contract';
import type { GateAnswer, SolvePorts, SolveState } from '@yudai/engine/solving';
import { notFound } from '#kernel/app-error.ts';
import type { Db } from '#platform/db/index.ts';
import type { JobRun } from '#platform/jobs/index.ts';
import { feedOf, save, type SolverDeps, tellSolve } from './access.ts';
import { choice } from './change-service.ts';
import { toEvidences } from './present-evidence.ts';
import { changedFilesOf, evidenceAfter, insertEvidence, saveChange } from './record-store.ts';
import { editedPlan, hear, isSame } from './steering.ts';
import { storable } from './storable.ts';
import { lockSolve, mayHaveToHear, type SolveChange, type SolveRow, takenNow } from './store.ts';
import { treesIn, type Trees } from './trees.ts';

export interface KeepingDeps extends SolverDeps {
  readonly trees: Trees;
}

type Keeping = Pick<SolvePorts, 'keep' | 'record' | 'recorded' | 'ask' | 'question' | 'heard' | 'taken'>;

/** What a solve keeps and whom it asks: rows of this solve, questions of this job. */
export function createKeeping(deps: KeepingDeps, run: JobRun<unknown>, row: SolveRow): Keeping {
  const { database } = deps;
  const inRow = <T>(work: (db: Db, row: SolveRow) => Promise<T>): Promise<T> =>
    database.asUser(run.ctx.actor.userId, async (db) => {
      const held = await lockSolve(db, row.projectId, row.id);
      if (held === undefined) throw notFound('solve');
      return work(db, held);
    });

  /** Waits for a person, and says so in the row meanwhile. */
  async function askPerson(name: string, reason: string, questions: Question[]): Promise<Answer[]> {
    await inRow((db) => saveAndTell(deps, db, row, { status: 'waiting_for_input', reason }));
    const answers = await run.ask(questions, name);
    await inRow((db) => saveAndTell(deps, db, row, { status: 'running', reason: '' }));
    return answers;
  }

  return {
    async keep(state) {
      const known = await database.asUser(run.ctx.actor.userId, (db) => changedFilesOf(db, row.id));
      const moved = treesIn(state).filter(({ attempt, tree }) =>
        known.every((one) => one.attempt !== attempt || one.tree !== tree),
      );
      const changes = await Promise.all(moved.map(({ attempt, tree }) => deps.trees.changeTo(row, attempt, tree)));
      await inRow(async (db, held) => {
        for (const change of changes) await saveChange(db, { ...change, files: storable(change.files) });
        const next = storable({ ...state, plan: editedPlan(held, state) });
        const isNewPlan = !isSame(next.plan, held.state.plan);
        const shown = await choice(db, { ...held, state: next }, held.chosen ?? next.attempts[0]?.attempt ?? 0);
        const change = {
          ...shown,
          chosen: held.chosen,
          state: next,
          planVersion: held.planVersion + (isNewPlan && next.plan !== null ? 1 : 0),
        };
        // Who watches hears of each checkpoint by the change itself.
        if (isMilestone(held.state, next)) await saveAndTell(deps, db, held, change);
        else await save(db, held.id, change);
      });
    },

    record: (records) =>
      inRow(async (db) => {
        const fresh = await insertEvidence(db, { solveId: row.id, projectId: row.projectId }, records);
        for (const evidence of await toEvidences(fresh)) {
          const data = { what: 'evidence' as const, evidence: storable(evidence) };
          await deps.live.append(db, feedOf(row), `solve:${row.id}`, { type: 'solve', data });
        }
      }),

    recorded: async () =>
      (await database.asUser(run.ctx.actor.userId, (db) => evidenceAfter(db, row.id, 0, null))).map(
        ({ record }) => record,
      ),

    async ask({ key, stage, summary }) {
      const name = `gate.${key}`;
      const before = await run.step(`before ${name}`, () => inRow(async (_db, held) => held.planVersion));
      const answers = await askPerson(name, gateWords[stage], gateQuestions(whatIs(row, stage, key), summary));
      const plan = await run.step(`after ${name}`, () =>
        inRow(async (_db, held) => (held.planVersion === before ? null : held.state.plan)),
      );
      return { answer: toGateAnswer(answers), plan };
    },

    async question(key, questions) {
      if (row.settings.gate === 'none') return null;
      const asked = questions
        .slice(0, 20)
        .map((text, place): Question => ({ id: `q${place + 1}`, text, kind: 'text' }));
      if (asked.length === 0) return [];
      const answers = await askPerson(`question.${key}`, 'The architect has questions.', asked);
      return asked.map(({ id }) => textOf(answers, id));
    },

    async heard(key, number) {
      const by = { key, number };
      const waits = await mayHaveToHear(database, run.ctx.actor.userId, row, by);
      if (waits === undefined) throw notFound('solve');
      return waits ? inRow((db) => hear(db, row.id, by)) : [];
    },
    taken: () => takenNow(database, run.ctx.actor.userId, row.id),
  };
}

async function saveAndTell(deps: KeepingDeps, db: Db, row: SolveRow, change: SolveChange): Promise<void> {
  await tellSolve(deps, db, await save(db, row.id, change), 'updated');
}

/** Something that a person wants to look at has come to be. */
function isMilestone(before: SolveState, after: SolveState): boolean {
  const milestones = ({ plan, planApproved, tests, attempts }: SolveState) => [
    plan,
    planApproved,
    tests,
    attempts.map(({ attempt, result }) => [attempt, result]),
  ];
  return !isSame(milestones(before), milestones(after));
}

const gateWords = {
  architect: 'The plan waits for approval.',
  tester: 'The tests wait for approval.',
  coder: 'The change waits for approval.',
};

/** What a person is asked about; of several changes beside each other, which of them. */
function whatIs({ settings }: SolveRow, stage: keyof typeof gateWords, key: string): string {
  if (stage === 'coder' && settings.attempts.length > 1) return `the change of attempt ${key.split('.')[1] ?? ''}`;
  return { architect: 'this plan', tester: 'these tests', coder: 'this change' }[stage];
}

function gateQuestions(what: string, summary: string): Question[] {
  return [
    {
      id: 'decision',
      text: `Go on with ${what}?`,
      ...(summary === '' ? {} : { why: summary.slice(0, 4000).toWellFormed() }),
      kind: 'choice',
      options: [
        { value: 'approve', label: 'Go on' },
        { value: 'again', label: 'Do it again', detail: 'Say what should be different.' },
        { value: 'stop', label: 'Stop here', detail: 'What was made so far is kept.' },
      ],
    },
    { id: 'note', text: 'What should be different, or why?', kind: 'text', optional: true },
  ];
}

function toGateAnswer(answers: readonly Answer[]): GateAnswer {
  const note = textOf(answers, 'note');
  switch (textOf(answers, 'decision')) {
    case 'again':
      return { kind: 'again', note };
    case 'stop':
      return { kind: 'stop', note };
    default:
      return { kind: 'approve' };
  }
}

function textOf(answers: readonly Answer[], id: string): string {
  const given = answers.find(({ questionId }) => questionId === id)?.answer;
  return typeof given === 'string' ? given : '';
}
